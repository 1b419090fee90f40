package dev.spool.handoff;

import dev.spool.Drainable;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.handoff.protocol.Frame;
import dev.spool.handoff.protocol.IncumbentAction;
import dev.spool.handoff.protocol.IncumbentEvent;
import dev.spool.handoff.protocol.IncumbentMachine;
import dev.spool.handoff.protocol.IncumbentMachine.State;
import dev.spool.handoff.protocol.Step;
import dev.spool.handoff.transport.Connection;
import dev.spool.handoff.transport.TimeSource;
import java.lang.System.Logger.Level;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A running server as {@link IncumbentMachine} drives it: the one thread that turns events into steps, and steps into deeds. */
final class IncumbentShell {

    private static final System.Logger LOG = System.getLogger(IncumbentShell.class.getName());

    private final Spool spool;
    private final Drainable drainable;
    private final HandoffServer server;
    private final MemberLink link;
    private final TimeSource time;
    private final Points points;
    private State state = State.SERVING;
    private @Nullable Connection connection;
    private long prepared;
    private Duration handoffLeft = Duration.ZERO;
    private volatile @Nullable SuccessorWatch watch;

    IncumbentShell(Spool spool, HandoffServer server, MemberLink link, TimeSource time, Points points) {
        this.spool = spool;
        this.drainable = server.drainable(spool);
        this.server = server;
        this.link = link;
        this.time = time;
        this.points = points;
    }

    /** Serves until it leaves; {@code connected} is null if there is no connection yet. */
    HandoffEnd run(@Nullable Connection connected) throws InterruptedException, SpoolException {
        connection = connected;
        if (connected == null) {
            link.reconnect();
        }
        while (true) {
            MemberEvent event = link.take();
            HandoffEnd end = null;
            if (event instanceof MemberEvent.Stop) {
                spool.close();
                return new HandoffEnd(HandoffEnd.Kind.STOPPED, "stopped");
            } else if (event instanceof MemberEvent.Connected now) {
                connection = now.connection();
            } else if (event instanceof MemberEvent.Done done) {
                end = step((IncumbentEvent) done.event());
            } else if (event instanceof MemberEvent.Heard heard && heard.connection() == connection) {
                end = heard(heard.frame());
            } else if (event instanceof MemberEvent.Ended ended && ended.connection() == connection) {
                LOG.log(Level.INFO, "the supervisor is gone: {0}", ended.why());
                end = step(new IncumbentEvent.SupervisorGone());
            }
            if (end != null) {
                return end;
            }
        }
    }

    private @Nullable HandoffEnd heard(Frame frame) {
        if (frame instanceof Frame.Settled) {
            server.settled();
        } else if (frame instanceof Frame.Prepare prepare) {
            prepared = time.nanoTime();
            handoffLeft = Duration.ofMillis(prepare.remainingMillis());
        }
        return step(new IncumbentEvent.Received(frame));
    }

    private @Nullable HandoffEnd step(IncumbentEvent event) {
        Step<State, IncumbentAction> step = IncumbentMachine.next(state, event);
        State before = state;
        state = step.state();
        HandoffEnd end = null;
        try {
            for (IncumbentAction action : step.actions()) {
                String name = name(action);
                points.reached("before " + name);
                if (action instanceof IncumbentAction.Leave leave) {
                    end = new HandoffEnd(
                            leave.committed() ? HandoffEnd.Kind.HANDED_OVER : HandoffEnd.Kind.LOST, leave.why());
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
        return end;
    }

    private static String name(IncumbentAction action) {
        String kind =
                action instanceof IncumbentAction.Send send ? " " + send.frame().kind() : "";
        return "incumbent " + action.getClass().getSimpleName() + kind;
    }

    private void act(IncumbentAction action) {
        Connection now = connection;
        if (action instanceof IncumbentAction.Send send && now != null) {
            now.send(send.frame());
        } else if (action instanceof IncumbentAction.Drain drain) {
            link.hook("drain", () -> drain(Duration.ofMillis(drain.graceMillis())));
        } else if (action instanceof IncumbentAction.Seal) {
            link.hook("seal", this::seal);
        } else if (action instanceof IncumbentAction.Resume) {
            stopWatching();
            link.hook("resume", this::resume);
        } else if (action instanceof IncumbentAction.WatchSuccessor) {
            watchSuccessor();
        } else if (action instanceof IncumbentAction.KillSuccessor) {
            successor().kill();
        } else if (action instanceof IncumbentAction.Refuse refuse && now != null) {
            LOG.log(Level.WARNING, "the supervisor broke the protocol: {0}", refuse.why());
            now.close(refuse.why());
        } else if (action instanceof IncumbentAction.Reconnect) {
            link.reconnect();
        }
    }

    private IncumbentEvent drain(Duration grace) {
        try {
            return new IncumbentEvent.DrainDone(drainable.drain(grace));
        } catch (SpoolException | RuntimeException e) {
            LOG.log(Level.WARNING, "the drain failed", e);
            return new IncumbentEvent.DrainFailed(String.valueOf(e.getMessage()));
        }
    }

    private IncumbentEvent seal() {
        try {
            return new IncumbentEvent.SealDone(drainable.seal());
        } catch (SpoolException | RuntimeException e) {
            LOG.log(Level.WARNING, "the seal failed", e);
            return new IncumbentEvent.SealFailed(String.valueOf(e.getMessage()));
        }
    }

    private IncumbentEvent resume() {
        try {
            drainable.resumeAfterAbort();
            return new IncumbentEvent.ResumeDone();
        } catch (SpoolException | RuntimeException e) {
            LOG.log(Level.ERROR, "the spool cannot be taken back", e);
            return new IncumbentEvent.ResumeFailed(String.valueOf(e.getMessage()));
        }
    }

    private ProcessId successor() {
        Frame.Prepare prepare = state.prepare();
        return prepare == null ? new ProcessId(-1, 0) : new ProcessId(prepare.successorPid(), prepare.successorStart());
    }

    private void watchSuccessor() {
        SuccessorWatch begun = new SuccessorWatch(
                successor(),
                drainable,
                time,
                handoffLeft.minus(time.since(prepared)),
                event -> link.post(new MemberEvent.Done(event)));
        watch = begun;
        begun.start();
    }

    private void stopWatching() {
        SuccessorWatch begun = watch;
        if (begun != null) {
            begun.stop();
        }
    }
}
