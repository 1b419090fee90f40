package dev.spool.handoff.transport;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Time that passes when a test says so. It begins just before its nanoseconds overflow. */
public final class ManualTime implements TimeSource {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Long> ends = new ArrayList<>();
    private long now = Long.MAX_VALUE - 1;

    @Override
    public long nanoTime() {
        lock.lock();
        try {
            return now;
        } finally {
            lock.unlock();
        }
    }

    /** Lets time pass; whoever waits for no longer than that goes on. */
    public void advance(Duration time) {
        lock.lock();
        try {
            now += time.toNanos();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits, in real time, until somebody waits who will go on when exactly this much has passed. */
    public void awaitWaiter(Duration left) throws InterruptedException {
        lock.lock();
        try {
            long patience = TimeUnit.SECONDS.toNanos(60);
            while (!ends.contains(now + left.toNanos())) {
                if (patience <= 0) {
                    throw new AssertionError("nobody waits for " + left + ", but for "
                            + ends.stream()
                                    .map(this::since)
                                    .map(Duration::negated)
                                    .toList());
                }
                patience = changed.awaitNanos(patience);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void sleep(Duration time) throws InterruptedException {
        lock.lock();
        try {
            long end = now + time.toNanos();
            begin(end);
            try {
                while (now - end < 0) {
                    changed.await();
                }
            } finally {
                ends.remove(end);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public <T> @Nullable T poll(BlockingQueue<T> queue, Duration time) throws InterruptedException {
        lock.lock();
        try {
            long end = now + time.toNanos();
            begin(end);
            try {
                T head = queue.poll();
                while (head == null && now - end < 0) {
                    changed.awaitNanos(TimeUnit.MILLISECONDS.toNanos(1)); // the queue tells nobody else
                    head = queue.poll();
                }
                return head;
            } finally {
                ends.remove(end);
            }
        } finally {
            lock.unlock();
        }
    }

    private void begin(long end) {
        ends.add(end);
        changed.signalAll();
    }
}
