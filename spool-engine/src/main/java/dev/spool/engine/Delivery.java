package dev.spool.engine;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The outcomes of one batch on their way out. Threads that sleep are woken by way of a {@link WakeChain}, so that the next batch
 * starts meanwhile.
 *
 * <p>Used by one thread at a time, and again after each {@link #flush}.
 */
final class Delivery {

    private final Completions completions;
    private @Nullable Operation[] waiting = new @Nullable Operation[16];
    private int waitingCount;
    private @Nullable Operation[] others = new @Nullable Operation[16];
    private int otherCount;

    Delivery(Completions completions) {
        this.completions = completions;
    }

    /** Adds an operation whose outcome was chosen by the caller just now. */
    void add(Operation operation) {
        if (operation.waiter instanceof Thread) {
            if (waitingCount == waiting.length) {
                waiting = Arrays.copyOf(waiting, waitingCount * 2);
            }
            waiting[waitingCount++] = operation;
        } else {
            if (otherCount == others.length) {
                others = Arrays.copyOf(others, otherCount * 2);
            }
            others[otherCount++] = operation;
        }
        completions.measure(operation);
    }

    /** Makes all outcomes visible and sees to it that everybody hears of theirs. */
    void flush() {
        finishWaiting();
        for (int i = 0; i < otherCount; i++) {
            Operation operation = requireNonNull(others[i]);
            operation.finish();
            if (operation.waiter instanceof CompletableFuture) {
                completions.callback(operation);
            } else {
                count(operation, (Tally) operation.waiter);
            }
        }
        Arrays.fill(others, 0, otherCount, null);
        otherCount = 0;
    }

    private void finishWaiting() {
        if (waitingCount == 0) {
            return;
        }
        WakeChain chain = new WakeChain();
        for (int i = 0; i < waitingCount; i++) {
            Operation operation = requireNonNull(waiting[i]);
            operation.chain = chain;
            operation.finish();
        }
        int sleeping = 0;
        for (int i = 0; i < waitingCount; i++) {
            Operation operation = requireNonNull(waiting[i]);
            if (operation.asleep) {
                waiting[sleeping++] = operation;
            }
        }
        chain.publish(Arrays.copyOf(waiting, sleeping));
        chain.wakeSome();
        Arrays.fill(waiting, 0, waitingCount, null);
        waitingCount = 0;
    }

    private void count(Operation operation, Tally tally) {
        if (!tally.count(operation)) {
            return;
        }
        if (tally.hasFuture()) {
            completions.callback(tally);
        } else {
            LockSupport.unpark(tally.waiter());
        }
    }
}
