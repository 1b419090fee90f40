package dev.spool.engine;

import java.util.concurrent.TimeUnit;

/** Tells a sleeper that was woken from one that nobody woke: that one sleeps for as long as it was told to, which is very long. */
final class LateRing {

    /** So long no thread waits for the processor. */
    static final long SLEEP_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** Once is enough: the rest of the race need not wait as long for each. */
    private static volatile boolean known;

    private LateRing() {}

    /** Whether nobody need sleep any more in this race. */
    static boolean known() {
        return known;
    }

    /** Whether the sleep that began then ended by itself. */
    static boolean since(long began) {
        boolean late = System.nanoTime() - began >= SLEEP_NANOS;
        known |= late;
        return late;
    }
}
