package dev.spool.engine;

import dev.spool.engine.io.EngineClock;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Lets a caller that is alone look out for its outcome for a moment before it sleeps: waking a thread takes as long as half a sync of
 * a fast disk. It does so only while waits have been about that short, and never while others wait too, who need the processor.
 */
final class LoneWaiter {

    private static final long LOOK_OUT_NANOS = 200_000;
    private static final boolean SPARE_PROCESSOR = Runtime.getRuntime().availableProcessors() > 1;

    private final EngineClock clock;
    private final AtomicInteger waiting = new AtomicInteger();
    /** How long waits of a lone caller have taken of late; a guess, written by whoever is alone. */
    private volatile long usualNanos;

    LoneWaiter(EngineClock clock) {
        this.clock = clock;
    }

    Object await(Operation operation, Supplier<Object> sleep) {
        boolean alone = waiting.incrementAndGet() == 1;
        long start = alone ? clock.nanoTime() : 0;
        try {
            if (alone && SPARE_PROCESSOR && usualNanos <= LOOK_OUT_NANOS) {
                lookOut(operation, start);
            }
            return sleep.get();
        } finally {
            waiting.decrementAndGet();
            if (alone) {
                long usual = usualNanos;
                usualNanos = usual + (clock.nanoTime() - start - usual) / 8;
            }
        }
    }

    private void lookOut(Operation operation, long start) {
        while (!operation.isDone() && waiting.get() == 1 && clock.nanoTime() - start < LOOK_OUT_NANOS) {
            Thread.onSpinWait();
        }
    }
}
