package dev.spool.relay.deliver;

import dev.spool.SpoolId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Which message is due when. Holds ids alone: about 100 bytes for each message that waits. Whoever takes one says when he is done with
 * it. Safe for any thread.
 */
final class Schedule {

    private record Due(SpoolId id, Instant at) {}

    private final InstantSource clock;

    /** Guards what follows. */
    private final ReentrantLock lock = new ReentrantLock();

    /** Something may be due: for {@link #take}. */
    private final Condition due = lock.newCondition();
    /** For those who wait for a state. */
    private final Condition changed = lock.newCondition();

    private final PriorityQueue<Due> waiting = new PriorityQueue<>(Comparator.comparing(Due::at));
    private int taken;
    private boolean paused;
    private boolean over;

    Schedule(InstantSource clock) {
        this.clock = clock;
    }

    void add(SpoolId id, Instant due) {
        lock.lock();
        try {
            waiting.add(new Due(id, due));
            this.due.signal();
        } finally {
            lock.unlock();
        }
    }

    /** The next that is due, after waiting for one; null once {@link #finish} was called. */
    @Nullable
    SpoolId take() throws InterruptedException {
        lock.lock();
        try {
            while (!over) {
                Due first = waiting.peek();
                if (paused || first == null) {
                    due.await();
                    continue;
                }
                Duration left = Duration.between(clock.instant(), first.at());
                if (left.isZero() || left.isNegative()) {
                    waiting.remove();
                    taken++;
                    due.signal(); // another may be due as well, and one signal wakes one
                    return first.id();
                }
                awaitAbout(left);
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("WaitNotInLoop") // it is in one: its caller's
    private void awaitAbout(Duration left) throws InterruptedException {
        long unused = due.awaitNanos(left.compareTo(Duration.ofHours(1)) < 0 ? left.toNanos() : 3_600_000_000_000L);
    }

    /** Is done with one that {@link #take} returned. */
    void done() {
        lock.lock();
        try {
            taken--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Gives nothing out until {@link #resume}. */
    void pause() {
        set(true, false);
    }

    void resume() {
        set(false, false);
    }

    /** Gives nothing out any more. */
    void finish() {
        set(true, true);
    }

    private void set(boolean nowPaused, boolean nowOver) {
        lock.lock();
        try {
            paused = nowPaused;
            over |= nowOver;
            due.signalAll();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits while it is paused; false once {@link #finish} was called. */
    boolean awaitResumed() throws InterruptedException {
        lock.lock();
        try {
            while (paused && !over) {
                changed.await();
            }
            return !over;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for that time, or until {@link #finish} was called; false if it was. */
    boolean pass(Duration time) throws InterruptedException {
        long left = time.toNanos();
        lock.lock();
        try {
            while (!over && left > 0) {
                left = changed.awaitNanos(left);
            }
            return !over;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until all that was taken is done with; false if some is not after that time. */
    boolean awaitNoneTaken(Duration timeout) throws InterruptedException {
        long left = timeout.toNanos();
        lock.lock();
        try {
            while (taken > 0) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** How many wait, due or not. */
    int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }
}
