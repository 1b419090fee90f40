package dev.spool.handoff;

import dev.spool.LookAhead;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.handoff.protocol.Role;
import dev.spool.handoff.transport.Connection;
import dev.spool.handoff.transport.TimeSource;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A server's part in handoffs. {@link #run} opens the spool, or takes it over from the server that runs, serves, and returns when
 * the process should exit.
 *
 * <p>What part that is the supervisor says by the environment: {@link #SOCKET_VARIABLE} names its socket, and a successor finds the
 * id of its handoff in {@link #HANDOFF_VARIABLE}. Without them the server runs alone until it is stopped.
 */
public final class HandoffMember {

    /** Path of the supervisor's socket. */
    public static final String SOCKET_VARIABLE = "SPOOL_HANDOFF_SOCKET";
    /** Id of the handoff that this process was started for. */
    public static final String HANDOFF_VARIABLE = "SPOOL_HANDOFF_ID";

    private static final System.Logger LOG = System.getLogger(HandoffMember.class.getName());

    private final SpoolSource source;
    private final HandoffServer server;
    private final TimeSource time;
    private final Points points;
    private final MemberLink link;
    private final boolean supervised;
    private final @Nullable UUID handoff;
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile boolean running;

    HandoffMember(
            SpoolSource source,
            HandoffServer server,
            HandoffOptions options,
            Map<String, String> environment,
            TimeSource time,
            Points points) {
        this.source = source;
        this.server = server;
        this.time = time;
        this.points = points;
        String socket = environment.get(SOCKET_VARIABLE);
        String id = environment.get(HANDOFF_VARIABLE);
        this.supervised = socket != null;
        this.handoff = socket == null || id == null ? null : UUID.fromString(id);
        this.link = new MemberLink("handoff", Path.of(socket == null ? "" : socket), options.timing(time), points);
    }

    /** A server with the part that this process's environment says. */
    public static HandoffMember ofThisProcess(SpoolSource source, HandoffServer server, HandoffOptions options) {
        return new HandoffMember(source, server, options, System.getenv(), TimeSource.SYSTEM, Points.NONE);
    }

    /**
     * Serves until the process should exit; the spool is closed then, or another's. In the caller's thread.
     *
     * @throws SpoolException if the spool cannot be opened, or not be closed cleanly at the end
     * @throws Exception if the server cannot serve
     */
    public HandoffEnd run() throws Exception {
        running = true;
        try {
            return part();
        } finally {
            over.countDown();
        }
    }

    private HandoffEnd part() throws Exception {
        UUID successorOf = handoff;
        if (successorOf == null) {
            return serve(source.open());
        }
        String unready = server.unreadyReason();
        if (unready != null) {
            link.refuse(successorOf, SuccessorShell.unready(unready));
            return new HandoffEnd(HandoffEnd.Kind.NOT_TAKEN_OVER, SuccessorShell.unready(unready));
        }
        LookAhead ahead = new Preparation(source).run();
        Connection connection;
        try {
            connection = link.connect(Role.SUCCESSOR, successorOf);
        } catch (IOException e) {
            return new HandoffEnd(HandoffEnd.Kind.NOT_TAKEN_OVER, "the supervisor is gone: " + e.getMessage());
        }
        SuccessorShell.Result result = new SuccessorShell(
                        () -> ahead == null ? source.takeOver() : ahead.takeOver(),
                        server,
                        link,
                        connection,
                        successorOf,
                        points)
                .run();
        Spool spool = result.spool();
        if (spool == null) {
            connection.close();
            return new HandoffEnd(HandoffEnd.Kind.NOT_TAKEN_OVER, result.text());
        }
        IncumbentShell incumbent = new IncumbentShell(spool, server, link, time, points);
        return ended(incumbent.run(result.connected() ? connection : null), spool);
    }

    private HandoffEnd serve(Spool spool) throws Exception {
        boolean serving = false;
        try {
            server.serve(spool);
            serving = true;
        } finally {
            if (!serving) {
                spool.close();
            }
        }
        if (!supervised) {
            while (!(link.take() instanceof MemberEvent.Stop)) {
                // Without a supervisor nothing else concerns it.
            }
            spool.close();
            return new HandoffEnd(HandoffEnd.Kind.STOPPED, "stopped");
        }
        return ended(new IncumbentShell(spool, server, link, time, points).run(null), spool);
    }

    private static HandoffEnd ended(HandoffEnd end, Spool spool) {
        if (end.kind() == HandoffEnd.Kind.STOPPED) {
            return end;
        }
        try {
            spool.close();
        } catch (SpoolException e) {
            // Sealed or lost: what counts is on disk already, or another's.
            LOG.log(Level.WARNING, "closing the spool that was handed over failed", e);
        }
        return end;
    }

    /**
     * Makes {@link #run} close the spool and return, and waits until it has: so this may be all that a shutdown hook does. Any
     * thread but the one that runs it.
     */
    public void stop() {
        link.post(new MemberEvent.Stop());
        if (running) {
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
