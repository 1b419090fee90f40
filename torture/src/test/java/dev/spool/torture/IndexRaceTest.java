package dev.spool.torture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.file.IndexRace;
import dev.spool.testkit.contract.Rounds;
import java.nio.file.Path;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The location index under a committer, compaction and loads that overtake each other at any access to its tables, by seed: what each
 * of them is answered is as if they had come one by one.
 */
@Timeout(300)
class IndexRaceTest {

    private static final int RACES = Rounds.of(3000);

    @TempDir
    Path place;

    @Test
    void commitsSwapsAndLookupsLookAsIfDoneOneByOne() throws Exception {
        try (World world = new World(Way.INDEX.prepared(CodeChange.none()), place.resolve("passing"))) {
            assertThat(world.findings(Races.class, RACES)).as("swaps that lost").isNotEqualTo("0");
        }
    }

    /** So many races; what is found is how many swaps of copies lost against a change. */
    public static final class Races implements LongFunction<String> {
        @Override
        public String apply(long number) {
            int outrun = 0;
            for (long seed = 1; seed <= number; seed++) {
                try {
                    outrun += IndexRace.run(seed);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
            return String.valueOf(outrun);
        }
    }
}
