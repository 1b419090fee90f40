package dev.spool.engine;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets any number of readers use the files of a backend and closes behind the last of them, so that nothing is read from what
 * has been closed. Entering costs one write to a counter that few threads share.
 */
final class ReadGate {

    private static final int STRIPES = 64;
    private static final int SPREAD = 16;

    private final AtomicIntegerArray readers = new AtomicIntegerArray(STRIPES * SPREAD);
    private volatile boolean closed;

    /**
     * Lets a reader in; {@link #leave} must follow with the value returned.
     *
     * @throws IllegalStateException if the spool is closed
     */
    int enter() {
        int stripe = (int) (Thread.currentThread().getId() & (STRIPES - 1)) * SPREAD;
        readers.incrementAndGet(stripe);
        if (closed) {
            readers.decrementAndGet(stripe);
            throw new IllegalStateException("the spool is closed");
        }
        return stripe;
    }

    void leave(int stripe) {
        readers.decrementAndGet(stripe);
    }

    boolean isClosed() {
        return closed;
    }

    /** Lets nobody in any more, and waits until all are out. */
    void close() {
        closed = true;
        for (int i = 0; i < STRIPES; i++) {
            while (readers.get(i * SPREAD) != 0) {
                LockSupport.parkNanos(this, 100_000);
            }
        }
    }
}
