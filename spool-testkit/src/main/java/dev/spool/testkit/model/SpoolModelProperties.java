package dev.spool.testkit.model;

import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import dev.spool.testkit.contract.SpoolContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;

/**
 * A spool does what a map does, through any sequence of operations, reopens and kills. A backend extends this class:
 *
 * <pre>{@code
 * class MySpoolModelPropertyTest extends SpoolModelProperties {
 *     @Override
 *     protected SpoolProvider provider() {
 *         return new MySpoolProvider();
 *     }
 * }
 * }</pre>
 */
public abstract class SpoolModelProperties {

    /** The backend under test; asked several times in each run. */
    protected abstract SpoolProvider provider();

    /** The options of every open, before the segments are made small. */
    protected SpoolOptions options() {
        return SpoolOptions.DEFAULTS;
    }

    /**
     * Abandons an open spool as the death of its process would: nothing is written or synced any more, and the lock is free.
     * Nothing is in flight when it is called.
     *
     * @return false if this backend cannot be abandoned in a living process; the spool is untouched then
     */
    protected boolean abandon(Spool spool) throws SpoolException {
        return false;
    }

    @Property(tries = 25, edgeCases = EdgeCasesMode.NONE)
    void everyRunGivesWhatTheReferenceGives(
            @ForAll("runs") List<Operation> operations, @ForAll @IntRange(min = 1, max = 3) int shards)
            throws IOException {
        run(operations, shards);
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
    @Tag(SpoolContract.LONG)
    void everyRunOfManyGivesWhatTheReferenceGives(
            @ForAll("runs") List<Operation> operations, @ForAll @IntRange(min = 1, max = 3) int shards)
            throws IOException {
        run(operations, shards);
    }

    private void run(List<Operation> operations, int shards) throws IOException {
        SpoolOptions small = options().toBuilder()
                .shards(shards)
                .segmentBytesMin(64 << 10)
                .segmentBytesMax(256 << 10)
                .build();
        Path directory = Files.createTempDirectory("spool-model");
        try (ModelRun run = new ModelRun(new RealSubject(this, directory.resolve("spool"), small))) {
            for (Operation operation : operations) {
                run.apply(operation);
            }
            run.assertEverything();
        } finally {
            deleteAll(directory);
        }
    }

    @Provide
    Arbitrary<List<Operation>> runs() {
        return OperationArbitraries.runs();
    }

    private static void deleteAll(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
