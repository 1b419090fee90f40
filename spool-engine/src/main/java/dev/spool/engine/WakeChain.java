package dev.spool.engine;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The threads that sleep until one batch is over. Waking a thread costs more than storing a message, so that each wakes only a few:
 * the committer first, then every waiter that finds its operation done, before it returns to its caller.
 *
 * <p>Nobody is forgotten. The committer makes the outcomes visible, then {@link #publish publishes} those who sleep, then wakes the
 * first. A waiter says that it sleeps before it looks at its outcome for the last time, and that it does not before it wakes others.
 * So one that was published and left without being woken took its turn after the publication.
 */
final class WakeChain {

    private static final int WOKEN_BY_EACH = 2;

    private final AtomicInteger next = new AtomicInteger();
    private volatile @Nullable Operation @Nullable [] sleepers;

    /** Makes the sleepers known, to whom it then belongs; once. */
    void publish(@Nullable Operation[] found) {
        sleepers = found;
    }

    /** Wakes the next few that still sleep; nobody before the publication. */
    void wakeSome() {
        @Nullable Operation[] all = sleepers;
        if (all == null) {
            return;
        }
        int woken = 0;
        while (woken < WOKEN_BY_EACH && next.get() < all.length) {
            int index = next.getAndIncrement();
            if (index < all.length) {
                Operation operation = requireNonNull(all[index]);
                if (operation.asleep) {
                    LockSupport.unpark((Thread) operation.waiter);
                    woken++;
                }
            }
        }
    }
}
