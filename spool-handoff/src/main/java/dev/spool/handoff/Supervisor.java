package dev.spool.handoff;

import dev.spool.handoff.protocol.Frame;
import dev.spool.handoff.protocol.FrameFormat;
import dev.spool.handoff.protocol.ImaginedHandoff;
import dev.spool.handoff.protocol.ProtocolException;
import dev.spool.handoff.transport.Connection;
import dev.spool.handoff.transport.ControlSocket;
import dev.spool.handoff.transport.PeerRefusedException;
import dev.spool.handoff.transport.TimeSource;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Starts a server, starts it again when it dies, and replaces it when asked to. One at a time for each socket: a lock beside the
 * socket keeps a second one out, and a journal beside it tells a next one which processes run.
 */
public final class Supervisor {

    private static final System.Logger LOG = System.getLogger(Supervisor.class.getName());

    private static final Duration ACCEPT_AGAIN = Duration.ofMillis(100);

    private final List<String> command;
    private final Path socket;
    private final HandoffOptions options;
    private final TimeSource time;
    private final Points points;
    private final SupervisorQueue queue;

    /**
     * A supervisor of servers that are started by {@code command}.
     *
     * @param socket where it is found; the lock and the journal have this name with an ending
     */
    public Supervisor(List<String> command, Path socket, HandoffOptions options) {
        this(command, socket, options, TimeSource.SYSTEM, Points.NONE);
    }

    Supervisor(List<String> command, Path socket, HandoffOptions options, TimeSource time, Points points) {
        this.command = command;
        this.socket = socket.toAbsolutePath();
        this.options = options;
        this.time = time;
        this.points = points;
        this.queue = new SupervisorQueue(time);
    }

    /**
     * Supervises until {@link #stop}; in the caller's thread. The server has ended when this returns.
     *
     * @throws IOException if the socket is another supervisor's, the command cannot be started the first time, or the journal
     *     cannot be written any more; the server may run on then, and a next supervisor finds it
     */
    public void run() throws IOException, InterruptedException {
        try (FileChannel lockFile = FileChannel.open(
                        beside(".lock"),
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                FileLock lock = lockFile.tryLock()) {
            if (lock == null) {
                throw new IOException("another supervisor has " + beside(".lock") + "; ask it, or stop it");
            }
            try (ControlSocket control = ControlSocket.bind(socket)) {
                SupervisorLoop loop = new SupervisorLoop(
                        new ServerStarts(command, socket, time),
                        new Journal(beside(".journal")),
                        options,
                        queue,
                        time,
                        points);
                accept(control);
                rehearse();
                loop.run();
            }
        }
    }

    private Path beside(String ending) {
        return socket.resolveSibling(socket.getFileName() + ending);
    }

    /** Makes {@link #run} end the server and return. Any thread. */
    public void stop() {
        queue.post(new SupervisorInput.Stop());
    }

    /** Beside the first server's start, so that neither waits for the other. */
    private static void rehearse() {
        Thread thread = new Thread(
                () -> {
                    try {
                        ImaginedHandoff.play();
                    } catch (RuntimeException e) {
                        LOG.log(Level.WARNING, "the handoff is not rehearsed, and takes longer", e);
                    }
                },
                "spool-handoff-rehearsal");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept(ControlSocket control) {
        Thread thread = new Thread(
                () -> {
                    while (true) {
                        try {
                            SocketChannel peer = control.accept();
                            welcome(new Connection(peer, options.timing(time)));
                        } catch (PeerRefusedException e) {
                            LOG.log(Level.WARNING, "refused: {0}", e.getMessage());
                        } catch (ClosedChannelException e) {
                            return;
                        } catch (IOException e) {
                            LOG.log(Level.WARNING, "cannot accept a connection; trying again", e);
                            pause();
                        }
                    }
                },
                "spool-handoff-accept");
        thread.setDaemon(true);
        thread.start();
    }

    private void pause() {
        try {
            time.sleep(ACCEPT_AGAIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void welcome(Connection connection) {
        Thread thread = new Thread(
                () -> {
                    try {
                        Frame first = connection.first(null);
                        if (first instanceof Frame.Refused refused) {
                            queue.post(new SupervisorInput.Declined(refused));
                            connection.close("it has refused");
                            return;
                        }
                        if (!(first instanceof Frame.Hello hello)) {
                            throw new ProtocolException("the first frame is neither HELLO nor REFUSED");
                        }
                        if (hello.protocolMin() > FrameFormat.VERSION || hello.protocolMax() < FrameFormat.VERSION) {
                            throw new ProtocolException("it speaks the versions " + hello.protocolMin() + " to "
                                    + hello.protocolMax() + ", this supervisor " + FrameFormat.VERSION);
                        }
                        queue.post(new SupervisorInput.Called(connection, hello));
                    } catch (IOException e) {
                        LOG.log(Level.WARNING, "refused a connection: {0}", e.getMessage());
                        connection.close(String.valueOf(e.getMessage()));
                    }
                },
                "spool-handoff-welcome");
        thread.setDaemon(true);
        thread.start();
    }
}
