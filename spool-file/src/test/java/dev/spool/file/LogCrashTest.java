package dev.spool.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.testkit.contract.Rounds;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Crashes a log at random points, thousands of times. A failure names its seed; {@code -Dspool.seed=N} runs that one alone. */
class LogCrashTest {

    private static final int LIVES = 10;
    private static final int SIMULATIONS = Integer.getInteger("spool.simulations", Rounds.of(1200));

    @Test
    void keepsWhatWasCommittedThroughRandomCrashes() throws Exception {
        Map<String, Integer> hits = new TreeMap<>();
        Long only = Long.getLong("spool.seed");
        long first = only != null ? only : 1;
        long count = only != null ? 1 : SIMULATIONS;
        for (long seed = first; seed < first + count; seed++) {
            try {
                new LogSimulation(seed, hits).run(LIVES);
            } catch (Throwable failure) {
                throw new AssertionError("seed " + seed + " failed: replay with -Dspool.seed=" + seed, failure);
            }
        }
        System.out.println("hits per point in " + count * LIVES + " lives: " + hits);
        if (only == null) {
            for (String point : SimulationPoints.CRASHES.values()) {
                assertThat(hits).as("points that were hit").containsKey("crash in " + point);
            }
            assertThat(hits)
                    .containsKeys(
                            "fault: write",
                            "fault: sync",
                            "fault: sync of a directory",
                            "fault: creation",
                            "fault: no space",
                            "fault: reads",
                            "commit refused for want of room",
                            "open refused by a failed read");
            assertThat(hits)
                    .containsKeys("cut", "doubt: whole", "doubt: absent", "chunked message", "chunks abandoned");
            assertThat(hits).containsKeys(SimulationPoints.RECORDS.values().toArray(new String[0]));
        }
    }
}
