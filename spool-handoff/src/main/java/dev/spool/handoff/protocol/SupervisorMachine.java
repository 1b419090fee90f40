package dev.spool.handoff.protocol;

import dev.spool.Drainable.SealReport;
import dev.spool.handoff.protocol.SupervisorAction.ClearJournal;
import dev.spool.handoff.protocol.SupervisorAction.Deny;
import dev.spool.handoff.protocol.SupervisorAction.Finish;
import dev.spool.handoff.protocol.SupervisorAction.Journal;
import dev.spool.handoff.protocol.SupervisorAction.KillIncumbent;
import dev.spool.handoff.protocol.SupervisorAction.KillSuccessor;
import dev.spool.handoff.protocol.SupervisorAction.Prepare;
import dev.spool.handoff.protocol.SupervisorAction.Progress;
import dev.spool.handoff.protocol.SupervisorAction.Promote;
import dev.spool.handoff.protocol.SupervisorAction.StartServer;
import dev.spool.handoff.protocol.SupervisorAction.StartSuccessor;
import dev.spool.handoff.protocol.SupervisorAction.ToIncumbent;
import dev.spool.handoff.protocol.SupervisorAction.ToSuccessor;
import dev.spool.handoff.protocol.SupervisorEvent.FromIncumbent;
import dev.spool.handoff.protocol.SupervisorEvent.FromSuccessor;
import dev.spool.handoff.protocol.SupervisorEvent.IncumbentConnected;
import dev.spool.handoff.protocol.SupervisorEvent.IncumbentGone;
import dev.spool.handoff.protocol.SupervisorEvent.IncumbentLost;
import dev.spool.handoff.protocol.SupervisorEvent.Requested;
import dev.spool.handoff.protocol.SupervisorEvent.SuccessorConnected;
import dev.spool.handoff.protocol.SupervisorEvent.SuccessorGone;
import dev.spool.handoff.protocol.SupervisorEvent.SuccessorLost;
import dev.spool.handoff.protocol.SupervisorEvent.SuccessorServes;
import dev.spool.handoff.protocol.SupervisorEvent.Timeout;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The one that starts servers and drives their replacement.
 *
 * <pre>
 *          request         hello          DRAINED         SEALED          VERIFIED       READY            exit
 *   IDLE ─────────► STARTING ───► DRAINING ────► SEALING ───────► VERIFYING ─────► TAKING ───► COMMITTING ───► IDLE
 *    ▲                 │             │ failed, lost  │ too long      │ mismatch       │ ended
 *    │                 ▼             ▼               ▼               ▼                ▼
 *    │  RESUMED     STOPPING  (the successor is ended, and only then the incumbent told to resume)
 *    └────────── RESUMING ◄── its end
 * </pre>
 *
 * <p>TAKE, which the successor cannot be sent twice, is the one frame that gives the decision away; that it may have been sent is
 * durable in the journal before. It is written while the successor looks through the spool, so that nobody waits for it. An
 * incumbent that dies while it drains or seals does not end the handoff: the successor recovers what it left. One that dies before,
 * while the successor still prepares, does: a server is started afresh. A supervisor that finds the journal of another begins in
 * ADOPTING, and waits until one of the processes
 * named in it says that it serves, or all have ended.
 */
public final class SupervisorMachine {

    private SupervisorMachine() {}

    /** Where a supervisor stands. */
    public enum Phase {
        IDLE,
        STARTING,
        DRAINING,
        SEALING,
        VERIFYING,
        TAKING,
        COMMITTING,
        STOPPING,
        RESUMING,
        ADOPTING
    }

    /** What is known of a member. */
    public enum Member {
        /** There is no such process. */
        NONE,
        /** There is a process, and no connection to it. */
        APART,
        CONNECTED
    }

    /**
     * State of a supervisor.
     *
     * @param handoff the one under way, or the last one
     * @param expected what the incumbent sealed; null if it has not
     * @param resume whether the incumbent waits to be told to resume
     * @param reason why the handoff failed, once it did
     */
    public record State(
            Phase phase,
            UUID handoff,
            Member incumbent,
            Member successor,
            @Nullable SealReport expected,
            boolean resume,
            String reason) {

        /** At rest, with such an incumbent. */
        public static State idle(UUID handoff, Member incumbent) {
            return new State(Phase.IDLE, handoff, incumbent, Member.NONE, null, false, "");
        }

        /**
         * After a restart of the supervisor, with what its journal names and still runs.
         *
         * @param underWay whether a handoff was
         */
        public static State adopting(UUID handoff, Member incumbent, Member successor, boolean underWay) {
            return new State(Phase.ADOPTING, handoff, incumbent, successor, null, underWay, "");
        }

        State with(Phase next) {
            return new State(next, handoff, incumbent, successor, expected, resume, reason);
        }

        State withIncumbent(Member known) {
            return new State(phase, handoff, known, successor, expected, resume, reason);
        }

        State withSuccessor(Member known) {
            return new State(phase, handoff, incumbent, known, expected, resume, reason);
        }

        State prepared() {
            return new State(phase, handoff, incumbent, successor, expected, true, reason);
        }

        State resumed() {
            return new State(phase, handoff, incumbent, successor, expected, false, reason);
        }

        State sealed(SealReport report) {
            return new State(phase, handoff, incumbent, successor, report, resume, reason);
        }

        State failed(String why) {
            return new State(phase, handoff, incumbent, successor, expected, resume, why);
        }

        /** Whether the successor may own the spool by now. */
        public boolean beyondRecall() {
            return phase == Phase.TAKING || phase == Phase.COMMITTING;
        }
    }

    /** What to do first, in the state that a restart begins with. */
    public static Step<State, SupervisorAction> begin(State state, boolean taking) {
        List<SupervisorAction> actions = new ArrayList<>();
        if (state.phase() == Phase.IDLE) {
            actions.add(new ClearJournal());
        } else if (state.successor() != Member.NONE && !taking) {
            actions.add(new KillSuccessor());
        }
        return settle(state, actions);
    }

    /** The next step. */
    public static Step<State, SupervisorAction> next(State state, SupervisorEvent event) {
        if (event instanceof Requested requested) {
            return requested(state, requested.handoff());
        }
        if (event instanceof FromIncumbent from) {
            return fromIncumbent(state, from.frame());
        }
        if (event instanceof FromSuccessor from) {
            return fromSuccessor(state, from.frame());
        }
        if (event instanceof IncumbentConnected) {
            return incumbentConnected(state);
        }
        if (event instanceof IncumbentLost) {
            return incumbentLost(state.withIncumbent(Member.APART));
        }
        if (event instanceof IncumbentGone) {
            return incumbentGone(state.withIncumbent(Member.NONE));
        }
        if (event instanceof SuccessorConnected) {
            return successorConnected(state.withSuccessor(Member.CONNECTED));
        }
        if (event instanceof SuccessorServes) {
            return successorServes(state);
        }
        if (event instanceof SuccessorLost) {
            return successorLost(state.withSuccessor(Member.APART));
        }
        if (event instanceof SuccessorGone) {
            return successorGone(state.withSuccessor(Member.NONE));
        }
        return event instanceof Timeout ? timeout(state) : Step.to(state);
    }

    private static Step<State, SupervisorAction> requested(State state, UUID handoff) {
        if (state.phase() != Phase.IDLE) {
            return Step.to(state, new Deny("another handoff is under way: " + state.phase()));
        }
        if (state.incumbent() != Member.CONNECTED) {
            return Step.to(state, new Deny("no server is connected to this supervisor"));
        }
        State starting = new State(Phase.STARTING, handoff, state.incumbent(), Member.APART, null, false, "");
        return Step.to(
                starting,
                new StartSuccessor(handoff),
                new Journal(Phase.STARTING, handoff),
                new Progress("started the new server"));
    }

    private static Step<State, SupervisorAction> fromIncumbent(State state, Frame frame) {
        if (!frame.handoff().equals(state.handoff())) {
            return Step.to(state); // of a handoff that is over
        }
        if (state.phase() == Phase.DRAINING && frame instanceof Frame.Drained drained) {
            return Step.to(
                    state.with(Phase.SEALING),
                    new ToIncumbent(new Frame.Seal(state.handoff())),
                    new Progress("the old server has drained; connections left: " + drained.connectionsRemaining()));
        }
        if (state.phase() == Phase.SEALING && frame instanceof Frame.Sealed sealed) {
            return Step.to(
                    state.sealed(sealed.report()).with(Phase.VERIFYING),
                    new ToSuccessor(new Frame.Begin(state.handoff(), sealed.report())),
                    new Journal(Phase.TAKING, state.handoff()),
                    new Progress("the old server has sealed the spool"));
        }
        if (frame instanceof Frame.Failed failed) {
            return abort(state, "the old server could not make room: " + failed.reason());
        }
        if (frame instanceof Frame.Resumed) {
            return state.phase() == Phase.RESUMING
                    ? over(state.resumed(), state.reason() + "; the old server serves")
                    : Step.to(state.resumed());
        }
        if (frame instanceof Frame.Lost lost && state.phase() == Phase.RESUMING) {
            return Step.to(state.failed(state.reason() + "; the old server could not resume: " + lost.reason()));
        }
        return Step.to(state);
    }

    private static Step<State, SupervisorAction> fromSuccessor(State state, Frame frame) {
        if (!frame.handoff().equals(state.handoff())) {
            return abort(state, "the new server spoke of another handoff");
        }
        if (state.phase() == Phase.VERIFYING && frame instanceof Frame.Verified verified) {
            // Where the incumbent has said nothing there is nothing to compare; its seal may be whole all the same.
            return state.expected() == null || state.expected().equals(verified.found())
                    ? Step.to(
                            state.with(Phase.TAKING),
                            new ToSuccessor(new Frame.Take(state.handoff())),
                            new Progress("the new server has found everything in order"))
                    : abort(
                            state,
                            "the old server sealed " + state.expected() + ", and the new one found "
                                    + verified.found());
        }
        if (state.phase() == Phase.TAKING && frame instanceof Frame.Ready ready) {
            return committed(
                    state,
                    "the new server serves" + (ready.healthy() ? "" : ", but its spool is unhealthy")
                            + (ready.listeningOn().isEmpty() ? "" : ", on " + String.join(", ", ready.listeningOn())));
        }
        if (frame instanceof Frame.Refused refused) {
            return abort(state, "the new server refused: " + refused.reason());
        }
        return abort(state, "the new server sent " + frame.kind() + " while " + state.phase());
    }

    private static Step<State, SupervisorAction> committed(State state, String text) {
        List<SupervisorAction> actions = new ArrayList<>();
        actions.add(new Journal(Phase.COMMITTING, state.handoff()));
        if (state.incumbent() == Member.CONNECTED) {
            actions.add(new ToIncumbent(new Frame.Commit(state.handoff())));
        }
        actions.add(new Finish(true, text));
        return settle(state.with(Phase.COMMITTING), actions);
    }

    private static Step<State, SupervisorAction> incumbentConnected(State state) {
        State connected = state.withIncumbent(Member.CONNECTED);
        return switch (state.phase()) {
            // Whoever connects as an incumbent serves.
            case ADOPTING -> settle(connected, List.of());
            case RESUMING -> over(connected.resumed(), state.reason() + "; the old server serves");
            // It missed this supervisor, and has resumed: what it was asked for will not come.
            case DRAINING, SEALING, VERIFYING, TAKING ->
                abort(connected.resumed(), "the old server was out of reach for a while");
            default -> Step.to(connected.resumed());
        };
    }

    private static Step<State, SupervisorAction> incumbentLost(State state) {
        return switch (state.phase()) {
            case STARTING, DRAINING, SEALING -> abort(state, "the connection to the old server is lost");
            default -> Step.to(state);
        };
    }

    private static Step<State, SupervisorAction> incumbentGone(State state) {
        return switch (state.phase()) {
            // Nobody serves until the successor is prepared, which may take long: a server started afresh is sooner.
            case STARTING -> abort(state, "the old server has died");
            case DRAINING, SEALING ->
                Step.to(
                        state.resumed().with(Phase.VERIFYING),
                        new ToSuccessor(new Frame.Begin(state.handoff(), null)),
                        new Journal(Phase.TAKING, state.handoff()),
                        new Progress("the old server died before it had sealed; the new one recovers the spool"));
            default -> settle(state.resumed(), List.of());
        };
    }

    private static Step<State, SupervisorAction> successorConnected(State state) {
        if (state.phase() != Phase.STARTING) {
            return Step.to(state);
        }
        return Step.to(
                state.with(Phase.DRAINING).prepared(),
                new Prepare(state.handoff()),
                new Progress("the new server is up; the old one drains"));
    }

    private static Step<State, SupervisorAction> successorServes(State state) {
        State serves = state.withSuccessor(Member.CONNECTED);
        return switch (state.phase()) {
            case ADOPTING -> settle(serves.with(Phase.COMMITTING), List.of());
            case TAKING -> committed(serves, "the new server serves");
            default -> Step.to(serves);
        };
    }

    private static Step<State, SupervisorAction> successorLost(State state) {
        return switch (state.phase()) {
            case STARTING, DRAINING, SEALING, VERIFYING, TAKING ->
                abort(state, "the connection to the new server is lost");
            default -> Step.to(state);
        };
    }

    private static Step<State, SupervisorAction> successorGone(State state) {
        return switch (state.phase()) {
            case STARTING, DRAINING, SEALING, VERIFYING, TAKING -> stopped(state.failed("the new server has died"));
            case STOPPING -> stopped(state);
            default -> settle(state, List.of());
        };
    }

    private static Step<State, SupervisorAction> timeout(State state) {
        return switch (state.phase()) {
            case STARTING -> abort(state, "the new server did not come up in time");
            case DRAINING -> abort(state, "the old server did not drain in time");
            case SEALING -> abort(state, "the old server did not seal in time");
            case VERIFYING -> abort(state, "the new server did not look through the spool in time");
            case TAKING -> abort(state, "the new server did not take over in time");
            case COMMITTING -> Step.to(state, new KillIncumbent());
            case STOPPING -> Step.to(state, new KillSuccessor());
            // It has been told to make room, so it does not serve, and does not say that it does: nothing is lost with
            // it.
            case RESUMING -> Step.to(state, new KillIncumbent());
            case ADOPTING -> hungWhileAdopting(state);
            default -> Step.to(state);
        };
    }

    /** The successor goes first: only when it certainly runs no more may the incumbent resume. */
    private static Step<State, SupervisorAction> abort(State state, String reason) {
        return switch (state.phase()) {
            case STARTING, DRAINING, SEALING, VERIFYING, TAKING -> {
                State failed = state.failed(reason);
                yield state.successor() == Member.NONE
                        ? stopped(failed)
                        : Step.to(
                                failed.with(Phase.STOPPING), new KillSuccessor(), new Progress("giving up: " + reason));
            }
            default -> Step.to(state);
        };
    }

    /** The successor is dead: the incumbent resumes, if it waits for that. */
    private static Step<State, SupervisorAction> stopped(State state) {
        if (state.incumbent() == Member.NONE) {
            return over(state, state.reason() + "; no server is left, and one is started afresh");
        }
        if (!state.resume()) {
            return over(state, state.reason() + "; the old server serves");
        }
        // Out of reach it resumes by itself, and connects again.
        return state.incumbent() == Member.CONNECTED
                ? Step.to(state.with(Phase.RESUMING), new ToIncumbent(new Frame.Abort(state.handoff(), state.reason())))
                : Step.to(state.with(Phase.RESUMING));
    }

    private static Step<State, SupervisorAction> over(State state, String text) {
        List<SupervisorAction> actions = new ArrayList<>();
        actions.add(new ClearJournal());
        actions.add(new Finish(false, text));
        return settle(State.idle(state.handoff(), state.incumbent()), actions);
    }

    /** Comes to rest where it can, and sees to it that there is a server. */
    private static Step<State, SupervisorAction> settle(State state, List<SupervisorAction> before) {
        List<SupervisorAction> actions = new ArrayList<>(before);
        return switch (state.phase()) {
            case COMMITTING -> {
                if (state.incumbent() != Member.NONE) {
                    yield new Step<>(state, actions);
                }
                if (state.successor() == Member.CONNECTED) {
                    actions.add(new ToSuccessor(new Frame.Settled(state.handoff())));
                }
                actions.add(new Promote());
                actions.add(new ClearJournal());
                yield settle(State.idle(state.handoff(), state.successor()), actions);
            }
            case RESUMING -> over(state, state.reason() + "; the old server is gone, and a server is started afresh");
            case ADOPTING -> adopting(state, actions);
            case IDLE -> {
                if (state.incumbent() != Member.NONE) {
                    yield new Step<>(state, actions);
                }
                actions.add(new StartServer());
                yield new Step<>(state.withIncumbent(Member.APART), actions);
            }
            default -> new Step<>(state, actions);
        };
    }

    private static Step<State, SupervisorAction> hungWhileAdopting(State state) {
        if (state.successor() == Member.APART) {
            return Step.to(state, new KillSuccessor());
        }
        // Without a handoff it may serve all the same.
        return state.resume() && state.incumbent() == Member.APART
                ? Step.to(state, new KillIncumbent())
                : Step.to(state);
    }

    private static Step<State, SupervisorAction> adopting(State state, List<SupervisorAction> actions) {
        boolean serves = state.incumbent() == Member.CONNECTED;
        if (state.successor() == Member.NONE && (serves || state.incumbent() == Member.NONE)) {
            actions.add(new ClearJournal());
            return settle(State.idle(state.handoff(), state.incumbent()), actions);
        }
        if (serves) {
            actions.add(new KillSuccessor()); // what does not own the spool by now never will
        }
        return new Step<>(state, actions);
    }
}
