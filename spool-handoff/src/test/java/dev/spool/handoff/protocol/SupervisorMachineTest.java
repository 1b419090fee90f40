package dev.spool.handoff.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.handoff.protocol.SupervisorMachine.Member;
import dev.spool.handoff.protocol.SupervisorMachine.Phase;
import dev.spool.handoff.protocol.SupervisorMachine.State;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SupervisorMachineTest {

    @Test
    void aServerIsStartedAfreshAtOnceIfTheOldOneDiesWhileItsSuccessorPrepares() {
        State serving = State.idle(Frame.NO_HANDOFF, Member.CONNECTED);
        Step<State, SupervisorAction> step =
                SupervisorMachine.next(serving, new SupervisorEvent.Requested(UUID.randomUUID()));
        assertThat(step.state().phase()).isEqualTo(Phase.STARTING);
        step = SupervisorMachine.next(step.state(), new SupervisorEvent.IncumbentGone());
        assertThat(step.actions()).contains(new SupervisorAction.KillSuccessor());
        step = SupervisorMachine.next(step.state(), new SupervisorEvent.SuccessorGone());
        assertThat(step.actions())
                .contains(new SupervisorAction.Finish(
                        false, "the old server has died; no server is left, and one is started afresh"))
                .endsWith(new SupervisorAction.StartServer());
        assertThat(step.state().phase()).isEqualTo(Phase.IDLE);
    }
}
