package dev.spool.handoff;

import dev.spool.handoff.protocol.Frame;
import dev.spool.handoff.protocol.FrameFormat;
import dev.spool.handoff.protocol.Role;
import dev.spool.handoff.transport.Connection;
import dev.spool.handoff.transport.ControlSocket;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** How a server reaches its supervisor, and the queue into which everything goes that happens to it. Safe for any thread. */
final class MemberLink {

    private static final System.Logger LOG = System.getLogger(MemberLink.class.getName());
    private static final Duration RETRY = Duration.ofMillis(500);

    private final String what;
    private final Path socket;
    private final Connection.Timing timing;
    private final Points points;
    private final BlockingQueue<MemberEvent> events = new LinkedBlockingQueue<>();

    /** @param what a word for what it is part of, for the log */
    MemberLink(String what, Path socket, Connection.Timing timing, Points points) {
        this.what = what;
        this.socket = socket;
        this.timing = timing;
        this.points = points;
    }

    String what() {
        return what;
    }

    void post(MemberEvent event) {
        events.add(event);
    }

    MemberEvent take() throws InterruptedException {
        return events.take();
    }

    /** Runs something that takes long beside the loop. Its end is an event, also where it throws what nobody expected. */
    void hook(String name, Hook hook) {
        Thread thread = new Thread(
                () -> {
                    points.reached("before " + name);
                    Object event = hook.run();
                    points.reached("after " + name);
                    post(new MemberEvent.Done(event));
                },
                "spool-handoff-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Something that takes long; returns the event that its end is. */
    interface Hook {
        Object run();
    }

    /** Connects and introduces this process. */
    Connection connect(Role role, UUID handoff) throws IOException {
        Connection connection = new Connection(ControlSocket.connect(socket), timing);
        connection.send(new Frame.Hello(
                handoff,
                role,
                ProcessHandle.current().pid(),
                FrameFormat.VERSION,
                FrameFormat.VERSION,
                System.getProperty("java.version")));
        connection.first(Role.SUPERVISOR);
        // Before anything can be heard on it.
        post(new MemberEvent.Connected(connection));
        connection.start("supervisor", Role.SUPERVISOR, new Connection.Listener() {
            @Override
            public void heard(Frame frame) {
                post(new MemberEvent.Heard(connection, frame));
            }

            @Override
            public void ended(String why) {
                post(new MemberEvent.Ended(connection, why));
            }
        });
        return connection;
    }

    /** Tells the supervisor, instead of introducing this process, that it will not take over; waits until it has been heard. */
    void refuse(UUID handoff, String reason) {
        points.reached("before refusing at once");
        try (Connection connection = new Connection(ControlSocket.connect(socket), timing)) {
            connection.send(new Frame.Refused(handoff, reason));
            connection.first(Role.SUPERVISOR); // there is no answer: it closes the connection
        } catch (IOException over) {
            LOG.log(Level.INFO, "refused the handoff: {0}; the supervisor: {1}", reason, over.getMessage());
        }
        points.reached("after refusing at once");
    }

    /** Connects as the incumbent, however long it takes until a supervisor answers. */
    void reconnect() {
        Thread thread = new Thread(
                () -> {
                    boolean told = false;
                    while (true) {
                        try {
                            connect(Role.INCUMBENT, Frame.NO_HANDOFF);
                            return;
                        } catch (IOException e) {
                            if (!told) {
                                LOG.log(
                                        Level.WARNING,
                                        "no supervisor at {0}: {1}; trying again",
                                        socket,
                                        e.getMessage());
                                told = true;
                            }
                        }
                        try {
                            timing.time().sleep(RETRY);
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                            return;
                        }
                    }
                },
                "spool-handoff-connect");
        thread.setDaemon(true);
        thread.start();
    }
}
