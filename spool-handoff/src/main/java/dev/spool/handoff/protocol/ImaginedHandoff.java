package dev.spool.handoff.protocol;

import dev.spool.Drainable.LogRevision;
import dev.spool.Drainable.SealReport;
import dev.spool.Fingerprint;
import dev.spool.handoff.protocol.SupervisorMachine.Member;
import dev.spool.handoff.protocol.SupervisorMachine.State;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A handoff in which there is nobody but the supervisor's machine and its frames: what a JVM loads and links when it is used for the
 * first time, it has then before anybody waits for it. The comparison of two seal reports alone takes 50 ms the first time.
 */
public final class ImaginedHandoff {

    private ImaginedHandoff() {}

    /** Plays it to its good end. Any thread; nothing outside hears of it. Returns what the supervisor would have done. */
    public static List<SupervisorAction> play() {
        UUID handoff = new UUID(0, 1);
        List<LogRevision> revisions = List.of(new LogRevision(0, 1));
        SealReport report = new SealReport(revisions, Fingerprint.of(new byte[Fingerprint.SIZE_BYTES]));
        List<SupervisorEvent> events = List.of(
                new SupervisorEvent.Requested(handoff),
                new SupervisorEvent.SuccessorConnected(),
                new SupervisorEvent.FromIncumbent(sent(new Frame.Drained(handoff, 0, true), Role.INCUMBENT)),
                new SupervisorEvent.FromIncumbent(sent(new Frame.Sealed(handoff, report), Role.INCUMBENT)),
                new SupervisorEvent.FromSuccessor(sent(new Frame.Verified(handoff, report), Role.SUCCESSOR)),
                new SupervisorEvent.FromSuccessor(
                        sent(new Frame.Ready(handoff, List.of("nowhere"), true, revisions), Role.SUCCESSOR)),
                new SupervisorEvent.IncumbentGone());
        State state = State.idle(Frame.NO_HANDOFF, Member.CONNECTED);
        List<SupervisorAction> done = new ArrayList<>();
        for (SupervisorEvent event : events) {
            Step<State, SupervisorAction> step = SupervisorMachine.next(state, event);
            step.actions().forEach(ImaginedHandoff::send);
            done.addAll(step.actions());
            state = step.state();
        }
        return done;
    }

    private static void send(SupervisorAction action) {
        if (action instanceof SupervisorAction.ToIncumbent to) {
            sent(to.frame(), Role.SUPERVISOR);
        } else if (action instanceof SupervisorAction.ToSuccessor to) {
            sent(to.frame(), Role.SUPERVISOR);
        } else if (action instanceof SupervisorAction.Prepare prepare) {
            sent(new Frame.Prepare(prepare.handoff(), 0, 0, 0, 0), Role.SUPERVISOR);
        } else if (action instanceof SupervisorAction.Finish finish) {
            sent(new Frame.Outcome(Frame.NO_HANDOFF, finish.committed(), finish.text()), Role.SUPERVISOR);
        }
    }

    /** As it arrives. */
    private static Frame sent(Frame frame, Role sender) {
        try {
            return FrameFormat.decode(FrameFormat.encode(frame).position(FrameFormat.LENGTH_BYTES), sender);
        } catch (ProtocolException e) {
            throw new IllegalStateException("what was encoded cannot be decoded: " + frame, e);
        }
    }
}
