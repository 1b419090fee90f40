package dev.spool.handoff.protocol;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The server that runs, from being asked to make room until it has left or serves again.
 *
 * <pre>
 *                       PREPARE            done              SEAL             done             COMMIT
 *   ┌─────────► SERVING ───────► DRAINING ──────► DRAINED ───────► SEALING ───────► SEALED ────────────► GONE
 *   │                               │ failed,        │ ABORT,         │ failed,       │ │                  ▲
 *   │                               │ ABORT, lost    │ lost           │ ABORT, lost   │ │ lost             │
 *   │  done                         ▼                ▼                ▼         ABORT │ ▼                  │
 *   └───────────────────────────  RESUMING ◄──────────────────────────────────────────┘ ORPHANED ──────────┤
 *                                   │ ▲     the successor's process has ended             │    epoch moved │
 *                                   │ └───────────────────────────────────────────────────┘                │
 *                                   └────────────────────────────────────────────────────────── failed ────┘
 * </pre>
 *
 * <p>"Lost" is the supervisor's connection closed or silent. Until the seal is done the lock is held, so that resuming needs
 * nobody's leave. Sealed and alone, the incumbent waits for what decides: the end of the successor's process, before which it
 * would have to guess, or a raised epoch, after which the spool is the successor's. Past the deadline it ends that process.
 * Hooks cannot be interrupted: what arrives meanwhile is remembered and obeyed at their end.
 */
public final class IncumbentMachine {

    private IncumbentMachine() {}

    /** Where an incumbent stands. */
    public enum Phase {
        SERVING,
        DRAINING,
        DRAINED,
        SEALING,
        SEALED,
        /** Sealed, and without a supervisor. */
        ORPHANED,
        RESUMING,
        GONE
    }

    /**
     * State of an incumbent.
     *
     * @param prepare the handoff under way, or the last one; null before the first
     * @param aborted whether to resume at the end of the hook that runs
     * @param orphaned whether the supervisor is lost
     */
    public record State(Phase phase, Frame.@Nullable Prepare prepare, boolean aborted, boolean orphaned) {

        /** Serving, connected. */
        public static final State SERVING = new State(Phase.SERVING, null, false, false);

        State with(Phase next) {
            return new State(next, prepare, aborted, orphaned);
        }

        State abort() {
            return new State(phase, prepare, true, orphaned);
        }

        State orphan() {
            return new State(phase, prepare, aborted, true);
        }

        UUID handoff() {
            return prepare == null ? Frame.NO_HANDOFF : prepare.handoff();
        }

        boolean mayGoOn() {
            return !aborted && !orphaned;
        }
    }

    /** The next step. */
    public static Step<State, IncumbentAction> next(State state, IncumbentEvent event) {
        if (state.phase() == Phase.GONE) {
            return Step.to(state);
        }
        if (event instanceof IncumbentEvent.Received received) {
            return received(state, received.frame());
        }
        if (event instanceof IncumbentEvent.SupervisorGone) {
            return supervisorGone(state);
        }
        return switch (state.phase()) {
            case DRAINING -> draining(state, event);
            case SEALING -> sealing(state, event);
            case ORPHANED -> orphaned(state, event);
            case RESUMING -> resuming(state, event);
            default -> Step.to(state); // the end of a watch that nobody waits for any more
        };
    }

    private static Step<State, IncumbentAction> received(State state, Frame frame) {
        if (state.phase() == Phase.SERVING && frame instanceof Frame.Prepare prepare) {
            return Step.to(
                    new State(Phase.DRAINING, prepare, false, false),
                    new IncumbentAction.Drain(Math.min(prepare.graceMillis(), prepare.remainingMillis())));
        }
        if (state.phase() == Phase.SERVING && frame instanceof Frame.Abort) {
            return Step.to(state, new IncumbentAction.Send(new Frame.Resumed(frame.handoff())));
        }
        if (state.phase() == Phase.SERVING && frame instanceof Frame.Settled) {
            return Step.to(state);
        }
        if (!frame.handoff().equals(state.handoff())) {
            return refuse(state, frame);
        }
        if (frame instanceof Frame.Abort) {
            return abort(state);
        }
        if (state.phase() == Phase.DRAINED && frame instanceof Frame.Seal) {
            return Step.to(state.with(Phase.SEALING), new IncumbentAction.Seal());
        }
        if (state.phase() == Phase.SEALED && frame instanceof Frame.Commit) {
            return Step.to(state.with(Phase.GONE), new IncumbentAction.Leave(true, "the successor has taken over"));
        }
        return refuse(state, frame);
    }

    private static Step<State, IncumbentAction> refuse(State state, Frame frame) {
        return Step.to(
                state,
                new IncumbentAction.Refuse(frame.kind() + " of handoff " + frame.handoff() + " while " + state.phase()
                        + " in handoff " + state.handoff()));
    }

    private static Step<State, IncumbentAction> abort(State state) {
        return switch (state.phase()) {
            case DRAINED, SEALED -> Step.to(state.with(Phase.RESUMING), new IncumbentAction.Resume());
            case DRAINING, SEALING -> Step.to(state.abort());
            default -> Step.to(state); // it resumes already, or waits for the successor's end
        };
    }

    private static Step<State, IncumbentAction> supervisorGone(State state) {
        if (state.orphaned()) {
            return Step.to(state);
        }
        State orphan = state.orphan();
        return switch (state.phase()) {
            case SERVING -> Step.to(State.SERVING, new IncumbentAction.Reconnect());
            case DRAINED -> Step.to(orphan.with(Phase.RESUMING), new IncumbentAction.Resume());
            case SEALED -> Step.to(orphan.with(Phase.ORPHANED), new IncumbentAction.WatchSuccessor());
            default -> Step.to(orphan);
        };
    }

    private static Step<State, IncumbentAction> draining(State state, IncumbentEvent event) {
        State resuming = state.with(Phase.RESUMING);
        if (event instanceof IncumbentEvent.DrainDone done) {
            return state.mayGoOn()
                    ? Step.to(
                            state.with(Phase.DRAINED),
                            new IncumbentAction.Send(new Frame.Drained(
                                    state.handoff(),
                                    done.report().openConnectionsRemaining(),
                                    done.report().acceptClosed())))
                    : Step.to(resuming, new IncumbentAction.Resume());
        }
        if (event instanceof IncumbentEvent.DrainFailed failed) {
            return failed(resuming, failed.reason());
        }
        return Step.to(state);
    }

    private static Step<State, IncumbentAction> sealing(State state, IncumbentEvent event) {
        State resuming = state.with(Phase.RESUMING);
        if (event instanceof IncumbentEvent.SealDone done) {
            // Without the report the supervisor has sent no successor in: nobody else can hold the lock.
            return state.mayGoOn()
                    ? Step.to(
                            state.with(Phase.SEALED),
                            new IncumbentAction.Send(new Frame.Sealed(state.handoff(), done.report())))
                    : Step.to(resuming, new IncumbentAction.Resume());
        }
        if (event instanceof IncumbentEvent.SealFailed failed) {
            return failed(resuming, failed.reason());
        }
        return Step.to(state);
    }

    private static Step<State, IncumbentAction> failed(State resuming, String reason) {
        return resuming.orphaned()
                ? Step.to(resuming, new IncumbentAction.Resume())
                : Step.to(
                        resuming,
                        new IncumbentAction.Send(new Frame.Failed(resuming.handoff(), reason)),
                        new IncumbentAction.Resume());
    }

    private static Step<State, IncumbentAction> orphaned(State state, IncumbentEvent event) {
        if (event instanceof IncumbentEvent.SuccessorGone) {
            return Step.to(state.with(Phase.RESUMING), new IncumbentAction.Resume());
        }
        if (event instanceof IncumbentEvent.EpochMoved) {
            return Step.to(
                    state.with(Phase.GONE),
                    new IncumbentAction.Leave(true, "the successor has raised the epoch; the supervisor is lost"));
        }
        return event instanceof IncumbentEvent.DeadlinePassed
                ? Step.to(state, new IncumbentAction.KillSuccessor())
                : Step.to(state);
    }

    private static Step<State, IncumbentAction> resuming(State state, IncumbentEvent event) {
        if (event instanceof IncumbentEvent.ResumeDone) {
            State serving = new State(Phase.SERVING, state.prepare(), false, false);
            return state.orphaned()
                    ? Step.to(serving, new IncumbentAction.Reconnect())
                    : Step.to(serving, new IncumbentAction.Send(new Frame.Resumed(state.handoff())));
        }
        if (event instanceof IncumbentEvent.ResumeFailed failed) {
            IncumbentAction leave = new IncumbentAction.Leave(false, failed.reason());
            return state.orphaned()
                    ? Step.to(state.with(Phase.GONE), leave)
                    : Step.to(
                            state.with(Phase.GONE),
                            new IncumbentAction.Send(new Frame.Lost(state.handoff(), failed.reason())),
                            leave);
        }
        return Step.to(state);
    }
}
