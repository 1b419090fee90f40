package dev.spool.testkit.model;

import dev.spool.Durability;
import dev.spool.SpoolException;
import dev.spool.SpoolOptions;
import dev.spool.engine.spi.BackendFactory;
import dev.spool.testkit.contract.SpoolContract;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/**
 * A spool does what a map does, though the power is cut at any operation of the disk: what was acknowledged is there, unless
 * durability is deferred, and what was under way is there whole or not at all. The whole engine runs, step by step, on a
 * simulated disk and clock, and its steps overtake each other at random, so that a failure replays. For backends that reach
 * storage through {@link dev.spool.engine.io.Disk} alone:
 *
 * <pre>{@code
 * class MySpoolCrashPropertyTest extends CrashModelProperties {
 *     @Override
 *     protected BackendFactory factory() {
 *         return new MyBackendFactory();
 *     }
 * }
 * }</pre>
 */
public abstract class CrashModelProperties {

    /** The backend under test; asked once in each run. */
    protected abstract BackendFactory factory();

    /** The options of every open, before the segments are made small. */
    protected SpoolOptions options() {
        return SpoolOptions.DEFAULTS;
    }

    @Property(tries = 75, edgeCases = EdgeCasesMode.NONE)
    void everyRunSurvivesEveryCrash(
            @ForAll("crashingRuns") List<Operation> operations,
            @ForAll Durability durability,
            @ForAll @IntRange(min = 1, max = 2) int shards,
            @ForAll @IntRange(max = 999_999) int seed)
            throws SpoolException {
        run(factory(), small(options(), durability, shards), seed, operations);
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    @Tag(SpoolContract.LONG)
    void everyRunOfManySurvivesEveryCrash(
            @ForAll("crashingRuns") List<Operation> operations,
            @ForAll Durability durability,
            @ForAll @IntRange(min = 1, max = 2) int shards,
            @ForAll @IntRange(max = 999_999) int seed)
            throws SpoolException {
        run(factory(), small(options(), durability, shards), seed, operations);
    }

    static SpoolOptions small(SpoolOptions options, Durability durability, int shards) {
        return options.toBuilder()
                .durability(durability)
                .shards(shards)
                .segmentBytesMin(64 << 10)
                .segmentBytesMax(256 << 10)
                .build();
    }

    static void run(BackendFactory factory, SpoolOptions options, long seed, List<Operation> operations)
            throws SpoolException {
        try (CrashRun run = new CrashRun(new SimulatedSubject(factory, options, seed))) {
            for (Operation operation : operations) {
                run.apply(operation);
            }
            run.assertEverything();
        }
    }

    @Provide
    Arbitrary<List<Operation>> crashingRuns() {
        return OperationArbitraries.crashingRuns();
    }
}
