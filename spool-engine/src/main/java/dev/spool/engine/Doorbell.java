package dev.spool.engine;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Where one thread sleeps until another rings, without a lock and without a lost ring. */
final class Doorbell {

    private final AtomicReference<Thread> sleeper = new AtomicReference<>();

    /** Wakes the sleeper, if there is one. Costs a volatile read otherwise. */
    void ring() {
        Thread thread = sleeper.get();
        if (thread != null && sleeper.compareAndSet(thread, null)) {
            LockSupport.unpark(thread);
        }
    }

    /**
     * Sleeps until rung, at most {@code nanos}. Returns at once if {@code nothingToDo}, asked after the bell has been armed,
     * is false, so that work handed over before a ring is never slept on.
     */
    void sleep(long nanos, BooleanSupplier nothingToDo) {
        sleeper.set(Thread.currentThread());
        if (nothingToDo.getAsBoolean()) {
            LockSupport.parkNanos(this, nanos);
        }
        sleeper.set(null);
    }
}
