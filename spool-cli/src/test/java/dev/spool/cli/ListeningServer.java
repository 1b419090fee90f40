package dev.spool.cli;

import dev.spool.Drainable;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import dev.spool.handoff.HandoffMember;
import dev.spool.handoff.HandoffOptions;
import dev.spool.handoff.HandoffServer;
import dev.spool.handoff.InheritedListener;
import dev.spool.handoff.SpoolSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A server that answers each connection with the id of a message it has stored for it; it accepts from standard input. */
final class ListeningServer implements HandoffServer {

    private final ServerSocketChannel listener;
    private volatile Thread accepting;
    private volatile boolean draining;

    private ListeningServer(ServerSocketChannel listener) {
        this.listener = listener;
    }

    public static void main(String[] arguments) throws Exception {
        ListeningServer server = new ListeningServer(InheritedListener.channel().orElseThrow());
        HandoffMember member = HandoffMember.ofThisProcess(
                new SpoolSource(SpoolProvider.named("file"), Path.of(arguments[0]), SpoolOptions.DEFAULTS),
                server,
                HandoffOptions.DEFAULTS);
        Runtime.getRuntime().addShutdownHook(new Thread(member::stop));
        Runtime.getRuntime().halt(member.run().exitStatus());
    }

    @Override
    public List<String> serve(Spool spool) throws IOException {
        accept(spool);
        return List.of(listener.getLocalAddress().toString());
    }

    private void accept(Spool spool) throws IOException {
        draining = false;
        listener.configureBlocking(false);
        Thread thread = new Thread(() -> loop(spool), "accept");
        thread.start();
        accepting = thread;
    }

    private void loop(Spool spool) {
        try (Selector selector = Selector.open()) {
            listener.register(selector, SelectionKey.OP_ACCEPT);
            while (!draining) {
                selector.select(50);
                while (!draining && answerNext(spool)) {
                    // And the next.
                }
            }
        } catch (IOException e) {
            e.printStackTrace();
        }
    }

    /** Answers a connection, if one waits. */
    private boolean answerNext(Spool spool) throws IOException {
        try (SocketChannel client = listener.accept()) {
            if (client == null) {
                return false;
            }
            SpoolId id = SpoolId.next();
            spool.blocking().store(id, Message.of(new byte[] {1}));
            client.write(ByteBuffer.wrap((id + "\n").getBytes(StandardCharsets.US_ASCII)));
            return true;
        }
    }

    /** Stops accepting before the spool drains, and accepts again once it has resumed. */
    @Override
    public Drainable drainable(Spool spool) {
        Drainable inner = spool.drainable();
        return new Drainable() {
            @Override
            public DrainReport drain(Duration deadline) throws SpoolException {
                draining = true;
                try {
                    accepting.join();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return inner.drain(deadline);
            }

            @Override
            public SealReport seal() throws SpoolException {
                return inner.seal();
            }

            @Override
            public void resumeAfterAbort() throws SpoolException {
                inner.resumeAfterAbort();
                try {
                    accept(spool);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            }

            @Override
            public boolean isOvertaken() throws SpoolException {
                return inner.isOvertaken();
            }

            @Override
            public StateSnapshot snapshotState() {
                return inner.snapshotState();
            }
        };
    }
}
