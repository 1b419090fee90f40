package dev.spool.handoff;

import dev.spool.Drainable;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolDeadlineException;
import dev.spool.SpoolDrainingException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.StoreOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Stores that wait out a handoff instead of being refused: stored if it is called off, refused with {@link SpoolDrainingException}
 * once it has been committed. For a host that would rather keep a client waiting than send it away.
 *
 * <p>A held store has not reached the spool. It keeps its deadline: past that it is refused with {@link SpoolDeadlineException}. Past
 * the bound on held bytes stores are refused at once, as without this. One whose future the host itself completes or cancels while
 * it is held is never stored. Safe for any thread.
 */
public final class HeldStores implements AutoCloseable {

    private final Spool spool;
    private final long bytesMax;
    private final Duration deadlineMax;

    /** Guards what follows. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Set<Held> held = new LinkedHashSet<>();
    private long heldBytes;
    private long resumes;
    private boolean switching;
    private boolean closed;

    /**
     * @param bytesMax most bytes of bodies and envelopes that are held at once
     * @param deadlineMax how long a store may be held that names no deadline
     */
    public HeldStores(Spool spool, long bytesMax, Duration deadlineMax) {
        this.spool = spool;
        this.bytesMax = bytesMax;
        this.deadlineMax = deadlineMax;
    }

    private record Held(
            SpoolId id, Message message, StoreOptions options, CompletableFuture<Void> outcome, long bytes) {}

    /** As {@link Spool#store(SpoolId, Message, StoreOptions)}, but that it may be held. */
    public CompletableFuture<Void> store(SpoolId id, Message message, StoreOptions options) {
        CompletableFuture<Void> outcome = new CompletableFuture<>();
        submit(new Held(
                id,
                message,
                options,
                outcome,
                message.bodyBytes() + message.envelope().remaining()));
        return outcome;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what becomes of it goes into the outcome
    private void submit(Held store) {
        long resumedBefore = resumes();
        CompletableFuture<Void> submitted;
        try {
            submitted = spool.store(store.id(), store.message(), store.options());
        } catch (RuntimeException e) {
            store.outcome().completeExceptionally(e);
            return;
        }
        submitted.whenComplete((done, failure) -> {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            if (cause == null) {
                store.outcome().complete(null);
            } else if (!(cause instanceof SpoolDrainingException) || !hold(store, resumedBefore)) {
                store.outcome().completeExceptionally(cause);
            }
        });
    }

    private long resumes() {
        lock.lock();
        try {
            return resumes;
        } finally {
            lock.unlock();
        }
    }

    /** Keeps it, or submits it again if the handoff was called off since it was submitted; false to refuse it. */
    private boolean hold(Held store, long resumedBefore) {
        lock.lock();
        try {
            if (closed || heldBytes + store.bytes() > bytesMax) {
                return false;
            }
            if (switching) {
                held.add(store);
                heldBytes += store.bytes();
                expireLater(store);
                return true;
            }
            if (resumes == resumedBefore) {
                return false; // the spool drains for another reason
            }
        } finally {
            lock.unlock();
        }
        submit(store);
        return true;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // neither can fail
    private void expireLater(Held store) {
        Duration own = store.options().deadline();
        Duration deadline = own == null ? deadlineMax : own;
        CompletableFuture<Boolean> expiry = new CompletableFuture<>();
        expiry.thenAccept(late -> {
            if (late) {
                inItsOwnThread(() -> expire(store, deadline));
            }
        });
        expiry.completeOnTimeout(true, deadline.toNanos(), TimeUnit.NANOSECONDS);
        // Else the timer keeps the message in memory until the deadline. Completed, not cancelled: only that ends the
        // timer in JDK 17.
        store.outcome().whenComplete((done, failure) -> {
            expiry.complete(false);
            release(store); // still held only if the host has given it up
        });
    }

    private void expire(Held store, Duration deadline) {
        if (release(store)) {
            store.outcome()
                    .completeExceptionally(new SpoolDeadlineException(
                            "held during a handoff for " + deadline + ", past its deadline; never stored"));
        }
    }

    /** Not on the common pool: the host may keep that busy, and a deadline is kept all the same. */
    private static void inItsOwnThread(Runnable expiry) {
        Thread thread = new Thread(expiry, "spool-handoff-expiry");
        thread.setDaemon(true);
        thread.start();
    }

    private boolean release(Held store) {
        lock.lock();
        try {
            boolean was = held.remove(store);
            heldBytes -= was ? store.bytes() : 0;
            return was;
        } finally {
            lock.unlock();
        }
    }

    private List<Held> takeAll(boolean nowClosed) {
        lock.lock();
        try {
            switching = false;
            resumes++;
            closed |= nowClosed;
            List<Held> all = new ArrayList<>(held);
            held.clear();
            heldBytes = 0;
            return all;
        } finally {
            lock.unlock();
        }
    }

    /** What a {@link HandoffServer} returns as its drainable: holds from the drain on, and stores what was held after a resume. */
    public Drainable around(Drainable inner) {
        return new Drainable() {
            @Override
            public DrainReport drain(Duration deadline) throws SpoolException {
                begin();
                return inner.drain(deadline);
            }

            @Override
            public SealReport seal() throws SpoolException {
                begin();
                return inner.seal();
            }

            @Override
            public void resumeAfterAbort() throws SpoolException {
                inner.resumeAfterAbort();
                takeAll(false).forEach(HeldStores.this::submit);
            }

            @Override
            public boolean isOvertaken() throws SpoolException {
                return inner.isOvertaken();
            }

            @Override
            public StateSnapshot snapshotState() {
                return inner.snapshotState();
            }
        };
    }

    private void begin() {
        lock.lock();
        try {
            switching = true;
        } finally {
            lock.unlock();
        }
    }

    /** How many stores are held now. */
    public int count() {
        lock.lock();
        try {
            return held.size();
        } finally {
            lock.unlock();
        }
    }

    /** Refuses what is held, and what comes: the spool is another process's. To be called when {@link HandoffMember#run} has returned. */
    @Override
    public void close() {
        for (Held store : takeAll(true)) {
            store.outcome()
                    .completeExceptionally(
                            new SpoolDrainingException("held during a handoff that was committed; never stored here"));
        }
    }
}
