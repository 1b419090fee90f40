package dev.spool.engine;

import dev.spool.engine.io.EngineClock;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets a caller look out for its outcome for a moment before it sleeps: waking a thread takes as long as half a sync of a fast disk.
 *
 * <p>One that is alone watches without pause, as long as waits have been about that short. Of many, each gives way to the others a
 * few times: they hand in the next batch meanwhile, nobody is woken, and the processors do not go to sleep either, which would
 * make the end of the sync be noticed late. What a few turns cost is little beside being put to sleep and woken.
 */
final class Lookout {

    private static final long ALONE_NANOS = 200_000;
    private static final int TURNS = 16;
    private static final boolean SPARE_PROCESSOR = Runtime.getRuntime().availableProcessors() > 1;

    private final EngineClock clock;
    private final AtomicInteger waiting = new AtomicInteger();
    /** How long waits of a lone caller have taken of late; a guess, written by whoever is alone. */
    private volatile long usualNanos;

    Lookout(EngineClock clock) {
        this.clock = clock;
    }

    /** Waits for the outcome; {@code sleep} returns once it is there. */
    void await(Operation operation, Runnable sleep) {
        boolean alone = waiting.incrementAndGet() == 1;
        long start = alone ? clock.nanoTime() : 0;
        try {
            if (!alone) {
                giveWay(operation);
            } else if (SPARE_PROCESSOR && usualNanos <= ALONE_NANOS) {
                watch(operation, start);
            }
            sleep.run();
        } finally {
            waiting.decrementAndGet();
            if (alone) {
                long usual = usualNanos;
                usualNanos = usual + (clock.nanoTime() - start - usual) / 8;
            }
        }
    }

    private void watch(Operation operation, long start) {
        while (!operation.isDone() && waiting.get() == 1 && clock.nanoTime() - start < ALONE_NANOS) {
            Thread.onSpinWait();
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // for speed alone: whoever is not done after a few turns sleeps
    private static void giveWay(Operation operation) {
        for (int i = 0; i < TURNS && !operation.isDone(); i++) {
            Thread.yield();
        }
    }
}
