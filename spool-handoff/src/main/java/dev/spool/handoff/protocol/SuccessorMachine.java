package dev.spool.handoff.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The server that takes over, from its start until it is the incumbent or has left.
 *
 * <pre>
 *            BEGIN              done             TAKE            done
 *   WAITING ───────► VERIFYING ──────► VERIFIED ───────► TAKING ──────► OWNER
 *      │                 │                 │                │
 *      │ ABORT, lost     │ failed, ABORT,  │ ABORT, lost    │ failed
 *      ▼                 ▼ lost            ▼                ▼
 *     GONE ◄─────────────┴─────────────────┴────────────────┘
 * </pre>
 *
 * <p>"Lost" is the supervisor's connection closed or silent. Up to VERIFIED nothing on disk has changed, and everything ends in
 * giving the lock back. TAKE is the supervisor's last word: from there on the successor goes forward alone, and the raised epoch
 * tells everybody else.
 */
public final class SuccessorMachine {

    private SuccessorMachine() {}

    /** Where a successor stands. */
    public enum Phase {
        WAITING,
        VERIFYING,
        VERIFIED,
        TAKING,
        OWNER,
        GONE
    }

    /**
     * State of a successor.
     *
     * @param handoff the one it was started for
     * @param stopped why to leave at the end of the check that runs; null to go on
     * @param orphaned whether the supervisor is lost
     */
    public record State(
            Phase phase, java.util.UUID handoff, @Nullable String stopped, boolean orphaned) {

        /** Connected, waiting. */
        public static State waiting(java.util.UUID handoff) {
            return new State(Phase.WAITING, handoff, null, false);
        }

        State with(Phase next) {
            return new State(next, handoff, stopped, orphaned);
        }

        State stop(String why) {
            return new State(phase, handoff, stopped == null ? why : stopped, orphaned);
        }

        State orphan() {
            return new State(phase, handoff, stopped, true);
        }
    }

    /** The next step. */
    public static Step<State, SuccessorAction> next(State state, SuccessorEvent event) {
        if (state.phase() == Phase.GONE || state.phase() == Phase.OWNER) {
            return Step.to(state);
        }
        if (event instanceof SuccessorEvent.Received received) {
            return received(state, received.frame());
        }
        if (event instanceof SuccessorEvent.SupervisorGone) {
            return stop(state.orphan(), "the supervisor is gone");
        }
        return switch (state.phase()) {
            case VERIFYING -> verifying(state, event);
            case TAKING -> taking(state, event);
            default -> Step.to(state);
        };
    }

    private static Step<State, SuccessorAction> received(State state, Frame frame) {
        if (!frame.handoff().equals(state.handoff())) {
            return stop(state, "a frame of handoff " + frame.handoff() + " in handoff " + state.handoff());
        }
        if (frame instanceof Frame.Abort abort) {
            return stop(state, abort.reason());
        }
        if (state.phase() == Phase.WAITING && frame instanceof Frame.Begin begin) {
            return Step.to(state.with(Phase.VERIFYING), new SuccessorAction.Verify(begin.expected()));
        }
        if (state.phase() == Phase.VERIFIED && frame instanceof Frame.Take) {
            return Step.to(state.with(Phase.TAKING), new SuccessorAction.TakeOver());
        }
        return stop(state, "unexpected " + frame.kind() + " while " + state.phase());
    }

    private static Step<State, SuccessorAction> stop(State state, String why) {
        return switch (state.phase()) {
            case WAITING -> Step.to(state.with(Phase.GONE), new SuccessorAction.Leave(why));
            case VERIFIED ->
                Step.to(state.with(Phase.GONE), new SuccessorAction.LetGo(), new SuccessorAction.Leave(why));
            case VERIFYING -> Step.to(state.stop(why));
            default -> Step.to(state); // past the point where anybody may change his mind
        };
    }

    private static Step<State, SuccessorAction> verifying(State state, SuccessorEvent event) {
        if (event instanceof SuccessorEvent.VerifyDone done) {
            String stopped = state.stopped();
            return stopped == null
                    ? Step.to(
                            state.with(Phase.VERIFIED),
                            new SuccessorAction.Send(new Frame.Verified(state.handoff(), done.found())))
                    : Step.to(state.with(Phase.GONE), new SuccessorAction.LetGo(), new SuccessorAction.Leave(stopped));
        }
        return event instanceof SuccessorEvent.VerifyFailed failed ? refused(state, failed.reason()) : Step.to(state);
    }

    private static Step<State, SuccessorAction> taking(State state, SuccessorEvent event) {
        if (event instanceof SuccessorEvent.TakeDone done) {
            return state.orphaned()
                    ? Step.to(state.with(Phase.OWNER), new SuccessorAction.Become(false))
                    : Step.to(
                            state.with(Phase.OWNER),
                            new SuccessorAction.Send(done.ready()),
                            new SuccessorAction.Become(true));
        }
        return event instanceof SuccessorEvent.TakeFailed failed ? refused(state, failed.reason()) : Step.to(state);
    }

    private static Step<State, SuccessorAction> refused(State state, String reason) {
        State gone = state.with(Phase.GONE);
        SuccessorAction leave = new SuccessorAction.Leave(reason);
        return state.orphaned()
                ? Step.to(gone, leave)
                : Step.to(gone, new SuccessorAction.Send(new Frame.Refused(state.handoff(), reason)), leave);
    }
}
