package dev.spool.testkit.torture;

import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a run is to do.
 *
 * @param backends the backends under test
 * @param filesystems for the methods that cut the power of one: {@code ext4}, {@code xfs}
 * @param amount how much
 * @param cases how many cases of each method a backend, instead of what {@code amount} says; 0 for that
 * @param only the number of the one case to do, by its method; negative for all
 * @param seed of everything that is drawn by chance
 * @param work a directory for images, ledgers and spools; what failed stays there
 * @param spoolCommand {@code bin/spool}
 * @param out what is told on the way
 */
record Order(
        List<SpoolProvider> backends,
        List<String> filesystems,
        Amount amount,
        int cases,
        long only,
        long seed,
        Path work,
        Path spoolCommand,
        PrintStream out) {

    /** Segments so small that everything happens often. */
    static final SpoolOptions SMALL_SEGMENTS = SpoolOptions.builder()
            .segmentBytesMin(64 << 10)
            .segmentBytesMax(256 << 10)
            .build();

    /** How much is done. */
    enum Amount {
        SHORT,
        FULL
    }

    /** How many cases there are of something. */
    int count(int inShort, int inFull) {
        if (cases > 0) {
            return cases;
        }
        return amount == Amount.FULL ? inFull : inShort;
    }

    /** Chance for one case, the same whatever else is run. */
    SplittableRandom random(String method, String backend, long number) {
        return new SplittableRandom(seed * 31 + (method + '/' + backend).hashCode() + number * 0x9E3779B97F4A7C15L);
    }

    /** A directory of its own for a method and backend. */
    Path place(String method, String backend) {
        return work.resolve(method + "-" + backend);
    }

    void say(String line) {
        out.println(line);
        out.flush();
    }

    /** The provider of that name, if it is under test. */
    @Nullable
    SpoolProvider backend(String name) {
        for (SpoolProvider provider : backends) {
            if (provider.name().equals(name)) {
                return provider;
            }
        }
        return null;
    }
}
