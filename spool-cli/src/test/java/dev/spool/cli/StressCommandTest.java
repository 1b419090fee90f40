package dev.spool.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Message;
import dev.spool.SpoolFencedException;
import dev.spool.SpoolFullException;
import dev.spool.SpoolId;
import dev.spool.SpoolInDoubtException;
import dev.spool.SpoolIoException;
import dev.spool.cli.base.StopSignal;
import dev.spool.cli.scripted.Script;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
@EachBackend
class StressCommandTest {

    @Parameter
    private Spools spools;

    @TempDir
    private Path temporary;

    private Path directory;
    private Path acks;

    @BeforeEach
    void namesASpoolThatIsMissing() {
        directory = temporary.resolve("spool");
        acks = temporary.resolve("acks");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "8"})
    void leavesASpoolThatIsAsItsLedgerSays(String inFlight) throws Exception {
        CommandRun run = stress(
                        "--seconds",
                        "0.5",
                        "--threads",
                        "3",
                        "--in-flight",
                        inFlight,
                        "--size",
                        "0-3000",
                        "--remove-ratio",
                        "0.4",
                        "--replace-ratio",
                        "0.4",
                        "--json")
                .mustSucceed();
        Map<String, Object> report = run.json().get(0);
        assertThat((Long) report.get("stored")).isPositive();
        assertThat((Long) report.get("removed")).isPositive();
        assertThat((Long) report.get("replaced")).isPositive();
        assertThat((Double) report.get("storesPerSecond")).isPositive();
        assertThat(report)
                .containsEntry("refused", 0L)
                .containsEntry("inDoubt", 0L)
                .containsEntry("wrongLoads", 0L);
        assertThat(report.get("store"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
                .containsKeys("count", "p50Micros", "p90Micros", "p99Micros", "p999Micros", "maxMicros")
                .containsEntry("count", report.get("stored"));
        assertThat(CommandRun.of("verify", "--dir", directory, "--acks", acks, "--json")
                        .mustSucceed()
                        .json()
                        .get(0))
                .containsEntry("lost", 0L)
                .containsEntry("removed", report.get("removed"));
    }

    @Test
    void writesALineBeforeEachOperationAndAfterItsAcknowledgement() throws Exception {
        stress("--seconds", "0.1", "--threads", "1", "--remove-ratio", "1").mustSucceed();
        List<String> lines = Files.readAllLines(acks);
        for (int i = 0; i + 1 < lines.size(); i += 2) {
            assertThat(lines.get(i)).matches("s [0-9a-f]{32} 4096 [0-9a-f]{64}|r [0-9a-f]{32}");
            assertThat(lines.get(i + 1))
                    .isEqualTo(lines.get(i).replace('s', 'S').replace('r', 'R'));
        }
    }

    @Test
    void addsToTheLedgerOfAnEarlierRun() throws Exception {
        stress("--seconds", "0.1", "--threads", "1").mustSucceed();
        String first = Files.readString(acks);
        stress("--seconds", "0.1", "--threads", "1", "--sync", "deferred").mustSucceed();
        assertThat(Files.readString(acks)).startsWith(first).hasSizeGreaterThan(first.length());
        CommandRun.of("verify", "--dir", directory, "--acks", acks).mustSucceed();
    }

    @Test
    void refusedOperationsAreCountedAndRetried() throws Exception {
        Script script = Script.in(directory);
        for (int i = 0; i < 5; i++) {
            script.mutationFailures.add(new SpoolFullException("full"));
        }
        CommandRun run = stress("--seconds", "0.5", "--threads", "1", "--json").mustSucceed();
        assertThat(run.json().get(0)).containsEntry("refused", 5L);
        String firstId = Files.readAllLines(acks).get(0).substring(2, 34);
        assertThat(script.messages).containsKey(SpoolId.parse(firstId));
    }

    @Test
    void operationsInDoubtAreCountedAndNeverAcknowledged() throws Exception {
        Script script = Script.in(directory);
        script.mutationFailures.add(new SpoolInDoubtException("sync failed"));
        CommandRun run = stress("--seconds", "0.5", "--threads", "1", "--json").mustSucceed();
        assertThat(run.json().get(0)).containsEntry("inDoubt", 1L);
        String firstId = Files.readAllLines(acks).get(0).substring(2, 34);
        assertThat(acks).content().doesNotContain("S " + firstId);
    }

    @Test
    void aFailureThatNoRetryMendsEndsTheRun() throws Exception {
        Script script = Script.in(directory);
        script.mutationFailures.add(new SpoolFencedException("taken over"));
        CommandRun run = stress("--seconds", "60", "--threads", "1", "--in-flight", "4");
        assertThat(run.err()).contains("taken over");
        assertThat(run.code()).isZero();
    }

    @Test
    void anEndWithNothingAcknowledgedIsAFailure() throws Exception {
        Script script = Script.in(directory);
        script.mutationFailures.add(new SpoolFencedException("taken over"));
        CommandRun run = stress("--seconds", "60", "--threads", "1");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("taken over").contains("nothing was acknowledged");
    }

    @Test
    void aSpoolThatCannotBeClosedStillHasWhatWasAcknowledged() throws Exception {
        Script script = Script.in(directory);
        script.closeFailure = new SpoolIoException("disk");
        CommandRun run = stress("--seconds", "0.1", "--threads", "1");
        assertThat(run.code()).isZero();
        assertThat(run.err()).contains("no clean end");
    }

    @Test
    void aLoadThatReturnsOtherBytesIsADifference() throws Exception {
        Script script = Script.in(directory);
        script.loadedInstead = Message.of(new byte[4096]);
        CommandRun run = stress("--seconds", "0.6", "--threads", "1");
        assertThat(run.code()).isEqualTo(4);
        assertThat(run.err()).contains("did not return what had been acknowledged");
    }

    @Test
    void endsWhenItIsToldToStop() {
        StopSignal stop = StopSignal.unconnected();
        CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS).execute(stop::raise);
        CommandRun run = CommandRun.withStop(
                stop, "stress", "--dir", directory, "--acks", acks, "--seconds", "100", "--backend", spools.backend());
        assertThat(run.mustSucceed().out()).contains("stores/s").contains("p99");
        CommandRun.of("verify", "--dir", directory, "--acks", acks).mustSucceed();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--size 9-8",
                "--size x",
                "--size -1",
                "--size 99999999999",
                "--size 1000000000-2000000000",
                "--seconds 0",
                "--threads 0",
                "--in-flight 0",
                "--remove-ratio 2",
                "--replace-ratio -1",
                "--sync never"
            })
    void optionsOutOfRangeAreUsage(String option) {
        CommandRun run = stress(option.split(" "));
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).hasLineCount(1);
        assertThat(acks).doesNotExist();
    }

    /** On the spool that is there, whatever its backend, or on a new one. */
    private CommandRun stress(String... options) {
        List<Object> command = new ArrayList<>(List.of("stress", "--dir", directory, "--acks", acks));
        if (!Files.exists(directory)) {
            command.addAll(List.of("--backend", spools.backend()));
        }
        command.addAll(List.of(options));
        return CommandRun.of(command.toArray());
    }
}
