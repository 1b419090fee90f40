package dev.spool.handoff;

import dev.spool.handoff.protocol.Frame;
import dev.spool.handoff.protocol.FrameFormat;
import dev.spool.handoff.protocol.Role;
import dev.spool.handoff.transport.Connection;
import dev.spool.handoff.transport.ControlSocket;
import dev.spool.handoff.transport.TimeSource;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/** Asks a supervisor to replace its server. */
public final class Requester {

    private Requester() {}

    /**
     * How it ended.
     *
     * @param committed whether the new server serves; if not, the old one does, or one is started afresh, as the text says
     */
    public record Outcome(boolean committed, String text) {}

    /**
     * Asks, and waits for the end.
     *
     * @param progress is told how it is getting on, on another thread
     * @throws IOException if there is no supervisor, or it is lost: then nobody here knows how it ends
     */
    public static Outcome replace(Path socket, HandoffOptions options, Consumer<String> progress)
            throws IOException, InterruptedException {
        SocketChannel channel = ControlSocket.connect(socket);
        try (Connection connection = new Connection(channel, options.timing(TimeSource.SYSTEM))) {
            connection.send(new Frame.Hello(
                    Frame.NO_HANDOFF,
                    Role.REQUESTER,
                    ProcessHandle.current().pid(),
                    FrameFormat.VERSION,
                    FrameFormat.VERSION,
                    ""));
            connection.first(Role.SUPERVISOR);
            CompletableFuture<Outcome> outcome = new CompletableFuture<>();
            connection.start("supervisor", Role.SUPERVISOR, new Connection.Listener() {
                @Override
                public void heard(Frame frame) {
                    if (frame instanceof Frame.Progress told) {
                        progress.accept(told.text());
                    } else if (frame instanceof Frame.Outcome end) {
                        outcome.complete(new Outcome(end.committed(), end.text()));
                    }
                }

                @Override
                public void ended(String why) {
                    outcome.completeExceptionally(new IOException(
                            "the supervisor is lost: " + why + "; look which server runs before asking again"));
                }
            });
            connection.send(new Frame.Request(Frame.NO_HANDOFF));
            return outcome.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException lost ? lost : new IOException(e.getCause());
        }
    }
}
