package dev.spool.handoff.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ImaginedHandoffTest {

    @Test
    void comesToItsEndByTheCodeOfARealOne() {
        assertThat(ImaginedHandoff.play())
                .hasAtLeastOneElementOfType(SupervisorAction.StartSuccessor.class)
                .hasAtLeastOneElementOfType(SupervisorAction.Prepare.class)
                .contains(
                        new SupervisorAction.Finish(true, "the new server serves, on nowhere"),
                        new SupervisorAction.Promote())
                .endsWith(new SupervisorAction.ClearJournal());
    }
}
