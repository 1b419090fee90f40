package dev.spool.handoff;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessIdTest {

    @Test
    void aProcessIsFoundUntilItEndsAndALaterOneOfItsNumberIsAnother() throws Exception {
        Process process = new ProcessBuilder("sleep", "60").start();
        ProcessId id = ProcessId.of(process.toHandle());
        assertThat(id).isEqualTo(ProcessId.of(process.pid()));
        assertThat(id.running()).contains(process.toHandle());
        assertThat(new ProcessId(process.pid(), id.start() + 1).running()).isEmpty();
        assertThat(new ProcessId(process.pid(), 0).running())
                .as("its start is not known")
                .isPresent();
        new ProcessId(process.pid(), id.start() + 1).kill();
        assertThat(id.running()).as("another one was to be killed").isPresent();
        id.kill();
        process.waitFor();
        assertThat(id.running()).isEmpty();
        id.kill();
    }
}
