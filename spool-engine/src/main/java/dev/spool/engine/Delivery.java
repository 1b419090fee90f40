package dev.spool.engine;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The outcomes of one batch on their way out. Waking a thread costs more than storing a message, so that the committer wakes
 * only a few, and each of those wakes the next ones before it returns to its caller: the next batch starts meanwhile.
 *
 * <p>Used by one thread at a time, and again after each {@link #flush}.
 */
final class Delivery {

    private static final int ROOTS = 2;

    private final Completions completions;
    private @Nullable Operation[] parked = new @Nullable Operation[16];
    private int parkedCount;
    private @Nullable Operation[] others = new @Nullable Operation[16];
    private int otherCount;

    Delivery(Completions completions) {
        this.completions = completions;
    }

    /** Adds an operation whose outcome was chosen by the caller just now. */
    void add(Operation operation) {
        completions.measure(operation);
        if (operation.waiter instanceof Thread) {
            if (parkedCount == parked.length) {
                parked = Arrays.copyOf(parked, parkedCount * 2);
            }
            parked[parkedCount++] = operation;
        } else {
            if (otherCount == others.length) {
                others = Arrays.copyOf(others, otherCount * 2);
            }
            others[otherCount++] = operation;
        }
    }

    /** Makes all outcomes visible and sees to it that everybody hears of theirs. */
    void flush() {
        link();
        for (int i = 0; i < parkedCount; i++) {
            requireNonNull(parked[i]).finish();
        }
        for (int i = 0; i < Math.min(ROOTS, parkedCount); i++) {
            LockSupport.unpark((Thread) requireNonNull(parked[i]).waiter);
        }
        Arrays.fill(parked, 0, parkedCount, null);
        parkedCount = 0;
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

    /** Wakes those whom the waiter of a finished operation is to wake; called by that waiter. */
    static void passOn(Operation operation) {
        wake(operation.wakeFirst);
        wake(operation.wakeSecond);
        operation.wakeFirst = null;
        operation.wakeSecond = null;
    }

    private void link() {
        int child = ROOTS;
        for (int i = 0; child < parkedCount; i++) {
            Operation parent = requireNonNull(parked[i]);
            parent.wakeFirst = parked[child++];
            parent.wakeSecond = child < parkedCount ? parked[child++] : null;
        }
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

    private static void wake(@Nullable Operation sleeper) {
        if (sleeper != null) {
            LockSupport.unpark((Thread) sleeper.waiter);
        }
    }
}
