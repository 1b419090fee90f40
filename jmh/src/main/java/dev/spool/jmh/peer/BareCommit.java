package dev.spool.jmh.peer;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of one batch, and the threads that wait for it.
 *
 * <p>Waking a parked thread costs the waker microseconds, fifty of them more than a sync. So a waiter first gives way a few
 * times, which covers a sync when many wait, and the few that park wake one another.
 */
final class BareCommit {

    private static final int YIELDS = 16;
    private static final int WOKEN_BY_EACH = 4;
    private static final Waiter CLOSED = new Waiter();

    private final AtomicReference<@Nullable Waiter> parking = new AtomicReference<>();
    private final AtomicReference<@Nullable Waiter> parked = new AtomicReference<>();
    private @Nullable IOException failure;
    private volatile boolean finished;

    /** Waits until the batch is durable. */
    @SuppressWarnings("ThreadPriorityCheck") // For speed alone: whoever is not done after a few turns parks.
    void await() throws IOException {
        for (int i = 0; i < YIELDS && !finished; i++) {
            Thread.yield();
        }
        if (!finished) {
            park();
        }
        if (failure != null) {
            throw new IOException("the batch was not written", failure);
        }
    }

    /** Ends the wait; to be called once, with what went wrong, if anything. */
    void finish(@Nullable IOException newFailure) {
        failure = newFailure;
        finished = true;
        parked.set(parking.getAndSet(CLOSED));
        wakeSome();
    }

    private void park() {
        Waiter self = new Waiter();
        do {
            self.next = parking.get();
            if (self.next == CLOSED) {
                return;
            }
        } while (!parking.compareAndSet(self.next, self));
        while (!finished) {
            LockSupport.park(this);
        }
        wakeSome();
    }

    private void wakeSome() {
        for (int i = 0; i < WOKEN_BY_EACH; i++) {
            Waiter woken = parked.getAndUpdate(waiter -> waiter == null ? null : waiter.next);
            if (woken == null) {
                return;
            }
            LockSupport.unpark(woken.thread);
        }
    }

    private static final class Waiter {
        private final Thread thread = Thread.currentThread();
        private @Nullable Waiter next;
    }
}
