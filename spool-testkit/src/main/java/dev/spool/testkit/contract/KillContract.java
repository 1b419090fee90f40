package dev.spool.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Durability;
import dev.spool.Finding;
import dev.spool.Health;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolEntry;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.SpoolReader;
import dev.spool.engine.ledger.LedgerDifference;
import dev.spool.engine.ledger.LedgerOracle;
import dev.spool.engine.ledger.LedgerReader;
import dev.spool.engine.ledger.LedgerVerdict;
import dev.spool.engine.ledger.Payload;
import dev.spool.testkit.process.ChildArguments;
import dev.spool.testkit.process.ChildJvm;
import dev.spool.testkit.process.LoadProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever a killed process had acknowledged is there, whatever it had removed is gone, and nothing else appears. */
@Tag(SpoolContract.PROCESS)
public abstract class KillContract extends SpoolContract {

    private static final int ROUNDS = Rounds.of(8);

    /** Of one directory; {@code -Dspool.kills=100} asks for more. */
    private static final int LONG_ROUNDS = Integer.getInteger("spool.kills", Rounds.of(30));

    @ParameterizedTest
    @EnumSource(Durability.class)
    void whatWasAcknowledgedSurvivesKills(Durability durability) throws Exception {
        SpoolOptions options =
                smallSegments().toBuilder().durability(durability).build();
        for (int round = 0; round < ROUNDS; round++) {
            try (ChildJvm child = start(options, round)) {
                child.expect("opening");
                child.expect("open");
                for (int i = 0; i < 3 + 4 * round; i++) {
                    child.expect("acknowledged");
                }
                child.kill();
            }
            Map<String, String> left = digest();
            try (SpoolReader reader = provider().openReadOnly(directory(), options)) {
                assertAsTheLedgerSays(reader);
            }
            assertThat(digest()).isEqualTo(left);
            try (Spool spool = open(options)) {
                assertAsTheLedgerSays(spool);
            }
        }
    }

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void oneDirectorySurvivesKillAfterKill() throws Exception {
        for (int round = 0; round < LONG_ROUNDS; round++) {
            try (ChildJvm child = start(smallSegments(), round)) {
                child.expect("opening");
                child.expect("open");
                for (int i = 0; i < 1 + round % 12; i++) {
                    child.expect("acknowledged");
                }
                child.kill();
            }
            try (SpoolReader reader = provider().openReadOnly(directory(), smallSegments())) {
                assertAsTheLedgerSays(reader);
            }
        }
        try (Spool spool = open(smallSegments())) {
            assertAsTheLedgerSays(spool);
        }
    }

    @Test
    void aKillDuringRecoveryLosesNothing() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            try (ChildJvm child = start(smallSegments(), round)) {
                child.expect("opening");
                child.expect("open");
                for (int i = 0; i < 4; i++) {
                    child.expect("acknowledged");
                }
                child.kill();
            }
            // Killed somewhere between its start and its first stores.
            for (int i = 0; i < 2; i++) {
                try (ChildJvm child = start(smallSegments(), 100 + round)) {
                    child.expect("opening");
                    child.kill();
                }
            }
            try (Spool spool = open(smallSegments())) {
                assertAsTheLedgerSays(spool);
            }
        }
    }

    @Test
    void aKillDuringTheVeryFirstOpenLeavesASpoolThatOpens() throws Exception {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        SpoolOptions options = smallSegments().toBuilder().shards(4).build();
        long wholeNanos = firstOpen(options, "whole", child -> child.expect("open"));
        for (int round = 0; round < Rounds.of(15); round++) {
            String name = "cut-" + round;
            firstOpen(options, name, child -> TimeUnit.NANOSECONDS.sleep(random.nextLong(wholeNanos)));
            assertChecked(temp.resolve(name), options, seed);
            try (Spool spool = provider().open(temp.resolve(name), options)) {
                assertThat(spool.health().cause()).as("seed %s", seed).isEqualTo(Health.Cause.NONE);
            }
        }
    }

    /** No log is damaged that was not made yet. The owner's file may be missing, and is told: it counts for an open alone. */
    private void assertChecked(Path directory, SpoolOptions options, long seed) throws SpoolException {
        if (Files.exists(directory.resolve("spool.identity"))) { // before that there is no spool
            List<Finding> found = new ArrayList<>();
            provider().check(directory, options, found::add);
            found.removeIf(finding -> finding.severity() != Finding.Severity.DAMAGE);
            assertThat(found)
                    .as("seed %s", seed)
                    .allMatch(finding -> finding.path().equals("spool.owner"));
        }
    }

    private interface Patience {
        void of(ChildJvm child) throws Exception;
    }

    /** Kills a process that opens a spool which is not there yet; nanoseconds until then. */
    private long firstOpen(SpoolOptions options, String name, Patience patience) throws Exception {
        ChildArguments arguments = new ChildArguments(provider(), temp.resolve(name), options);
        try (ChildJvm child = LoadProcess.start(temp.resolve(name + "-ledger"), 1, arguments)) {
            child.expect("opening");
            long start = System.nanoTime();
            patience.of(child);
            child.kill();
            return System.nanoTime() - start;
        }
    }

    private Path ledger() {
        return temp.resolve("ledger");
    }

    private ChildJvm start(SpoolOptions options, int seed) {
        return LoadProcess.start(ledger(), seed, new ChildArguments(provider(), directory(), options));
    }

    private void assertAsTheLedgerSays(SpoolReader spool) throws Exception {
        List<LedgerDifference> differences = new ArrayList<>();
        LedgerVerdict verdict;
        try (LedgerReader reader = LedgerReader.open(ledger())) {
            verdict = LedgerOracle.of(reader).hold(spool, differences::add);
        }
        assertThat(differences).as("%s", verdict).isEmpty();
        assertThat(verdict.clean()).as("%s", verdict).isTrue();
        assertThat(verdict.stored()).isPositive();
        assertThat(spool.health().corruptMessages())
                .as("a crash is no damage: %s", spool.health())
                .isZero();
        for (Map.Entry<SpoolId, SpoolEntry.Item> entry : scan(spool).entrySet()) {
            Message message = entry.getValue().message().orElseThrow();
            int version = Payload.check(entry.getKey(), message).orElseThrow();
            assertThat(Samples.text(message.envelope())).startsWith("version " + version + " ");
        }
    }
}
