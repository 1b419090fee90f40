package dev.spool.handoff.transport;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Where everything that takes part in a handoff takes its time from, to look at it and to wait for it: heartbeats, silence, graces and
 * deadlines are all measured by one of these, and so can be tested without waiting. Safe for any thread.
 */
public interface TimeSource {

    /** The system's monotonic clock, which no setting of the time of day changes. */
    TimeSource SYSTEM = new TimeSource() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public void sleep(Duration time) throws InterruptedException {
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
        }

        @Override
        public <T> @Nullable T poll(BlockingQueue<T> queue, Duration time) throws InterruptedException {
            return queue.poll(time.toNanos(), TimeUnit.NANOSECONDS);
        }
    };

    /** Monotonic nanoseconds from an arbitrary moment; only differences mean anything, and the sum may overflow. */
    long nanoTime();

    /** Waits until this much time has passed; returns at once if it is zero or negative. */
    void sleep(Duration time) throws InterruptedException;

    /**
     * Takes the head of a queue, waiting for one.
     *
     * @param time how long to wait at most; zero or negative to look only
     * @return null if none came
     */
    <T> @Nullable T poll(BlockingQueue<T> queue, Duration time) throws InterruptedException;

    /** How much time has passed since {@code nanoTime}, which {@link #nanoTime()} said. */
    default Duration since(long nanoTime) {
        return Duration.ofNanos(nanoTime() - nanoTime);
    }
}
