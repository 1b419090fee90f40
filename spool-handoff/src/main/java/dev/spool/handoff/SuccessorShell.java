package dev.spool.handoff;

import dev.spool.Drainable.SealReport;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.Takeover;
import dev.spool.handoff.protocol.Frame;
import dev.spool.handoff.protocol.Step;
import dev.spool.handoff.protocol.SuccessorAction;
import dev.spool.handoff.protocol.SuccessorEvent;
import dev.spool.handoff.protocol.SuccessorMachine;
import dev.spool.handoff.protocol.SuccessorMachine.State;
import dev.spool.handoff.transport.Connection;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A server that takes over as {@link SuccessorMachine} drives it, until it is the incumbent or leaves. */
final class SuccessorShell {

    private static final System.Logger LOG = System.getLogger(SuccessorShell.class.getName());

    private final Taking taking;
    private final HandoffServer server;
    private final MemberLink link;
    private final Connection connection;
    private final Points points;
    private State state;
    private volatile @Nullable Takeover takeover;
    private volatile @Nullable Spool spool;

    SuccessorShell(
            Taking taking, HandoffServer server, MemberLink link, Connection connection, UUID handoff, Points points) {
        this.taking = taking;
        this.server = server;
        this.link = link;
        this.connection = connection;
        this.points = points;
        this.state = State.waiting(handoff);
    }

    /** How the spool is taken. */
    interface Taking {
        Takeover takeOver() throws SpoolException;
    }

    /**
     * How it ended.
     *
     * @param spool the open spool; null if it was not taken over
     * @param connected whether the supervisor is still there
     */
    record Result(@Nullable Spool spool, boolean connected, String text) {}

    Result run() throws InterruptedException {
        while (true) {
            MemberEvent event = link.take();
            Result result = null;
            if (event instanceof MemberEvent.Done done) {
                result = step((SuccessorEvent) done.event());
            } else if (event instanceof MemberEvent.Heard heard) {
                result = step(new SuccessorEvent.Received(heard.frame()));
            } else if (event instanceof MemberEvent.Ended ended) {
                LOG.log(Level.INFO, "the supervisor is gone: {0}", ended.why());
                result = step(new SuccessorEvent.SupervisorGone());
            } else if (event instanceof MemberEvent.Stop) {
                result = step(new SuccessorEvent.Received(new Frame.Abort(state.handoff(), "stopped")));
            }
            if (result != null) {
                return result;
            }
        }
    }

    private @Nullable Result step(SuccessorEvent event) {
        Step<State, SuccessorAction> step = SuccessorMachine.next(state, event);
        State before = state;
        state = step.state();
        Result result = null;
        try {
            for (SuccessorAction action : step.actions()) {
                String name = name(action);
                points.reached("before " + name);
                if (action instanceof SuccessorAction.Become become) {
                    result = new Result(spool, become.connected(), "took over");
                } else if (action instanceof SuccessorAction.Leave leave) {
                    result = new Result(null, false, leave.why());
                } else {
                    act(action);
                }
                points.reached("after " + name);
            }
        } finally {
            if (state.phase() != before.phase()) {
                // Not first: a line takes a JVM that seldom writes one milliseconds, and others wait for what is done.
                LOG.log(Level.INFO, "{0}: {1}, was {2}", link.what(), state.phase(), before.phase());
            }
        }
        return result;
    }

    private static String name(SuccessorAction action) {
        String kind =
                action instanceof SuccessorAction.Send send ? " " + send.frame().kind() : "";
        return "successor " + action.getClass().getSimpleName() + kind;
    }

    private void act(SuccessorAction action) {
        if (action instanceof SuccessorAction.Send send) {
            connection.send(send.frame());
        } else if (action instanceof SuccessorAction.Verify verify) {
            link.hook("verify", () -> verify(verify.expected()));
        } else if (action instanceof SuccessorAction.TakeOver) {
            link.hook("take", this::take);
        } else if (action instanceof SuccessorAction.LetGo) {
            letGo();
        }
    }

    /** A host's reason, as it is told. */
    static String unready(String reason) {
        return "not ready: " + reason;
    }

    private SuccessorEvent verify(@Nullable SealReport expected) {
        String unready = server.unreadyReason();
        if (unready != null) {
            return new SuccessorEvent.VerifyFailed(unready(unready));
        }
        try {
            Takeover held = taking.takeOver();
            takeover = held;
            SealReport found = held.found().orElse(null);
            if (expected != null && !expected.equals(found)) {
                letGo();
                return new SuccessorEvent.VerifyFailed("the spool is not as it was sealed: expected " + expected
                        + ", found " + (found == null ? "nothing that is sealed" : found));
            }
            return new SuccessorEvent.VerifyDone(found);
        } catch (SpoolException | RuntimeException e) {
            LOG.log(Level.WARNING, "the spool cannot be taken", e);
            return new SuccessorEvent.VerifyFailed(String.valueOf(e.getMessage()));
        }
    }

    private SuccessorEvent take() {
        Takeover held = takeover;
        if (held == null) {
            return new SuccessorEvent.TakeFailed("nothing was verified");
        }
        Spool opened = null;
        try {
            opened = held.open();
            points.reached("successor opened");
            spool = opened;
            List<String> listeningOn = server.serve(opened);
            return new SuccessorEvent.TakeDone(new Frame.Ready(
                    state.handoff(),
                    listeningOn,
                    opened.unhealthyReason() == null,
                    opened.drainable().snapshotState().lastRevisions()));
        } catch (Exception e) {
            LOG.log(Level.ERROR, "the spool cannot be taken over", e);
            close(opened);
            return new SuccessorEvent.TakeFailed(String.valueOf(e.getMessage()));
        }
    }

    private static void close(@Nullable Spool opened) {
        try {
            if (opened != null) {
                opened.close();
            }
        } catch (SpoolException e) {
            LOG.log(Level.WARNING, "closing the spool failed too", e);
        }
    }

    private void letGo() {
        Takeover held = takeover;
        try {
            if (held != null) {
                held.close();
            }
        } catch (SpoolException e) {
            // The process ends, and the lock with it.
            LOG.log(Level.WARNING, "giving the spool back failed", e);
        }
    }
}
