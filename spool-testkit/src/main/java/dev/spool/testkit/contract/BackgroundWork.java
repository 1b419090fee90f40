package dev.spool.testkit.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that are repeated in threads of their own beside a test until it ends or one of them fails. {@link #close} stops them,
 * waits for them, and throws what failed.
 */
public final class BackgroundWork implements AutoCloseable {

    /** One round of a task. */
    @FunctionalInterface
    public interface Task {
        void run() throws Exception;
    }

    private final List<Thread> threads = new ArrayList<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final AtomicLong rounds = new AtomicLong();
    private volatile boolean stopped;

    /** Starts a thread that repeats {@code task}. */
    public Thread repeat(Task task) {
        Thread thread = new Thread(() -> loop(task), "background-" + threads.size());
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
        return thread;
    }

    /** Rounds that all tasks have done. Throws if one of them has failed, so that nobody waits for it in vain. */
    public long rounds() {
        rethrow();
        return rounds.get();
    }

    @Override
    public void close() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
        rethrow();
    }

    private void loop(Task task) {
        try {
            while (!stopped && failure.get() == null) {
                task.run();
                rounds.incrementAndGet();
            }
        } catch (Throwable e) {
            failure.compareAndSet(null, e);
        }
    }

    private void rethrow() {
        Throwable found = failure.get();
        if (found != null) {
            throw new AssertionError("work in the background failed: " + found, found);
        }
    }
}
