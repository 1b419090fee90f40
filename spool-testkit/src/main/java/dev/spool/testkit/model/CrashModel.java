package dev.spool.testkit.model;

import dev.spool.Durability;
import dev.spool.SpoolException;
import dev.spool.SpoolOptions;
import dev.spool.engine.spi.BackendFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.sessions.JqwikSession;

/**
 * {@link CrashModelProperties} one run at a time, by seed and without a test runner: for who wants to know in which run something is
 * found.
 */
public final class CrashModel {

    private static final int SIZE = 1000;

    private CrashModel() {}

    /**
     * One run with durability {@code SYNC}, the same each time.
     *
     * @throws AssertionError if the spool differs from what it may be
     */
    public static void run(BackendFactory factory, SpoolOptions options, long seed) throws SpoolException {
        List<Operation> operations = new ArrayList<>();
        JqwikSession.run(() -> operations.addAll(OperationArbitraries.crashingRuns()
                .generator(SIZE)
                .next(new Random(seed))
                .value()));
        SpoolOptions small = CrashModelProperties.small(options, Durability.SYNC, 1 + (int) (seed & 1));
        CrashModelProperties.run(factory, small, seed, operations);
    }
}
