package dev.spool.testkit.disk;

import dev.spool.testkit.disk.IoEvent.Kind;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Counts operations, remembers the last ones, and knows at which the power goes. Guarded by its world. */
final class Schedule {

    private static final int REMEMBERED = 64;

    private final ArrayDeque<IoEvent> trace = new ArrayDeque<>(REMEMBERED);
    private long operations;
    private @Nullable Predicate<IoEvent> crashWhen;

    /** When the power goes relative to an operation. */
    enum Fate {
        GOES_ON,
        BEFORE,
        WITHIN,
        AFTER
    }

    long operations() {
        return operations;
    }

    void crashWhen(@Nullable Predicate<IoEvent> condition) {
        crashWhen = condition;
    }

    IoEvent upcoming(Kind kind, Path path, long offset, long bytes) {
        return new IoEvent(kind.changes() ? operations + 1 : operations, kind, path, offset, bytes);
    }

    void record(IoEvent event) {
        operations = event.number();
        if (trace.size() == REMEMBERED) {
            trace.removeFirst();
        }
        trace.addLast(event);
    }

    Fate fate(IoEvent event, SplittableRandom random) {
        if (crashWhen == null || !crashWhen.test(event)) {
            return Fate.GOES_ON;
        }
        crashWhen = null;
        return switch (random.nextInt(3)) {
            case 0 -> Fate.BEFORE;
            case 1 -> event.kind() == Kind.WRITE ? Fate.WITHIN : Fate.AFTER;
            default -> Fate.AFTER;
        };
    }

    List<IoEvent> trace() {
        return List.copyOf(trace);
    }
}
