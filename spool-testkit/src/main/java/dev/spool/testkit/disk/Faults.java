package dev.spool.testkit.disk;

import dev.spool.testkit.disk.IoEvent.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/**
 * What a {@link SimulatedDisk} does wrong: operations that fail with an {@link java.io.IOException} "Input/output error". A
 * failing write may have written a part. A failing sync has dropped the dirty pages, as Linux does: later syncs succeed and
 * reads show the new bytes, until the cache is dropped or the power cut, and then the old bytes are back. Nothing else that
 * fails has had an effect.
 *
 * <p>Faults stay in force over crashes until they are used up or {@link #clear cleared}. Safe for any number of threads.
 */
public final class Faults {

    /** Never used up. */
    public static final int ALWAYS = Integer.MAX_VALUE;

    private final List<Fault> faults = new ArrayList<>();

    Faults() {}

    /** Lets the next {@code times} operations of one kind fail whose path matches. */
    public Faults fail(Kind kind, int times, Predicate<Path> paths) {
        return add(new Fault(kind, times, 1, paths));
    }

    /** Lets operations of one kind fail at random. */
    public Faults failRandomly(Kind kind, double probability) {
        return add(new Fault(kind, ALWAYS, probability, path -> true));
    }

    /** Works again. */
    public synchronized void clear() {
        faults.clear();
    }

    private synchronized Faults add(Fault fault) {
        faults.add(fault);
        return this;
    }

    /** Whether this operation fails; uses the fault up. */
    synchronized boolean strikes(Kind kind, Path path, SplittableRandom random) {
        if (faults.isEmpty()) {
            return false;
        }
        for (Iterator<Fault> each = faults.iterator(); each.hasNext(); ) {
            Fault fault = each.next();
            if (fault.kind == kind
                    && fault.paths.test(path)
                    && (fault.probability >= 1 || random.nextDouble() < fault.probability)) {
                if (fault.left != ALWAYS && --fault.left <= 0) {
                    each.remove();
                }
                return true;
            }
        }
        return false;
    }

    private static final class Fault {
        private final Kind kind;
        private int left;
        private final double probability;
        private final Predicate<Path> paths;

        Fault(Kind kind, int times, double probability, Predicate<Path> paths) {
            if (times < 1) {
                throw new IllegalArgumentException("a fault strikes once or more, not " + times + " times");
            }
            this.kind = kind;
            this.left = times;
            this.probability = probability;
            this.paths = paths;
        }
    }
}
