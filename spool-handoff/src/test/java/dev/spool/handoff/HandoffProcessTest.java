package dev.spool.handoff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.testkit.contract.Rounds;
import dev.spool.testkit.contract.SpoolContract;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Handoffs between real processes under load. */
class HandoffProcessTest {

    @TempDir
    Path temp;

    @Test
    void serversAreReplacedOneAfterTheOtherAndNothingIsLost() throws Exception {
        replaceServers("file", Rounds.of(3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rocksdb", "lmdb"})
    @Tag(SpoolContract.LONG)
    void soItIsWithOtherBackends(String backend) throws Exception {
        replaceServers(backend, 1);
    }

    private void replaceServers(String backend, int rounds) throws Exception {
        try (Scenario scenario = Scenario.start(temp, "none:", backend)) {
            long first = scenario.awaitOneServer();
            for (int round = 0; round < rounds; round++) {
                Requester.Outcome outcome = scenario.replace();
                assertThat(outcome.committed())
                        .as("%s\n%s", outcome.text(), scenario.log())
                        .isTrue();
                long next = scenario.awaitOneServer();
                assertThat(next).isNotEqualTo(first);
                first = next;
            }
            scenario.assertNothingIsLost();
        }
    }

    @Test
    void aSuccessorThatKnowsThatItIsNotReadySaysSoWithoutDisturbingTheOldServer() throws Exception {
        try (Scenario scenario = Scenario.start(temp, "none:")) {
            long server = scenario.awaitOneServer();
            Files.createFile(TestServer.unreadyAtOnce(temp));
            assertThat(scenario.replace())
                    .isEqualTo(new Requester.Outcome(
                            false, "the new server refused: not ready: the test says so; the old server serves"));
            assertThat(scenario.awaitOneServer()).isEqualTo(server);
            assertThat(scenario.log()).contains("STOPPING, was STARTING").doesNotContain("DRAINING");
            scenario.awaitReplacement();
            assertThat(scenario.awaitOneServer()).isNotEqualTo(server);
            scenario.assertNothingIsLost();
        }
    }
}
