package dev.spool.engine;

import dev.spool.SpoolException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Joins the outcomes of many operations into one: how many found their message, or the first failure with the others. */
final class Tally implements Runnable {

    private final AtomicInteger remaining;
    private final AtomicLong found = new AtomicLong();
    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final @Nullable CompletableFuture<Long> future;
    private final Thread waiter = Thread.currentThread();

    /** @param future completed on the callback executor; null if the thread that made this waits itself */
    Tally(int operations, @Nullable CompletableFuture<Long> future) {
        this.remaining = new AtomicInteger(operations);
        this.future = future;
    }

    /** Counts a settled operation; true if it was the last one. */
    boolean count(Operation operation) {
        Object outcome = operation.outcome();
        if (outcome instanceof Throwable failure) {
            failures.add(failure);
        } else if (outcome == Boolean.TRUE) {
            found.incrementAndGet();
        }
        return remaining.decrementAndGet() == 0;
    }

    boolean isDone() {
        return remaining.get() == 0;
    }

    boolean hasFuture() {
        return future != null;
    }

    Thread waiter() {
        return waiter;
    }

    /** Completes the future; on the callback executor, once all are counted. */
    @Override
    public void run() {
        CompletableFuture<Long> waiting = future;
        if (waiting == null) {
            return;
        }
        Throwable failure = failure();
        if (failure == null) {
            waiting.complete(found.get());
        } else {
            waiting.completeExceptionally(failure);
        }
    }

    long found() {
        return found.get();
    }

    /** A fresh copy of the first failure with the others suppressed, or null if there was none. */
    @Nullable
    Throwable failure() {
        Throwable first = failures.poll();
        if (first == null) {
            return null;
        }
        Throwable joined = first instanceof SpoolException typed ? typed.forCaller() : first;
        failures.forEach(joined::addSuppressed);
        return joined;
    }
}
