package dev.spool.engine;

import static java.util.Objects.requireNonNull;

import dev.spool.SpoolDeadlineException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolInDoubtException;
import dev.spool.SpoolMetrics;
import dev.spool.SpoolOverloadedException;
import dev.spool.engine.spi.BatchRecord;
import dev.spool.engine.spi.Current;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One mutation from its submission to its outcome.
 *
 * <pre>
 * QUEUED ---> JOINED ---> SETTLING ---> DONE
 *  |    ^                    ^
 *  |    +--> STAGING         |   its caller's buffers are being read
 *  +-------------------------+   refused or expired: certainly without effect
 * </pre>
 *
 * All transitions are compare-and-set, so that exactly one outcome is ever delivered, whoever comes first: the committer, the
 * watchdog or the waiting caller. An operation of several chunks stays queued until its last part joins a batch.
 */
final class Operation extends InboxEntry implements Runnable {

    /** What it does to its message; what takes most room comes first. */
    enum Kind {
        STORE(SpoolMetrics.Operation.STORE),
        UPDATE_ENVELOPE(SpoolMetrics.Operation.UPDATE_ENVELOPE),
        REMOVE(SpoolMetrics.Operation.REMOVE);

        final SpoolMetrics.Operation metric;

        Kind(SpoolMetrics.Operation metric) {
            this.metric = metric;
        }
    }

    /** When an operation gives up, and what it asks for beyond its payload; nanoseconds of the engine's clock. */
    record Terms(
            long submitted,
            long deadline,
            long giveUp,
            boolean callersDeadline,
            boolean forceSync,
            long storedAtMillis) {}

    private static final int QUEUED = 0;
    private static final int STAGING = 1;
    private static final int JOINED = 2;
    private static final int SETTLING = 3;
    private static final int DONE = 4;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Operation.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Kind kind;
    final SpoolId id;
    final Terms terms;

    /** Who waits: a {@link Thread}, a {@link CompletableFuture} or a {@link Tally}. */
    final Object waiter;

    final long bodyBytes;

    /** Body and envelope bytes, for the metrics. */
    final long bytes;

    /** What is written; null for a remove, and once it is no longer needed. */
    private @Nullable Payload payload;

    @SuppressWarnings("UnusedVariable") // through STATE
    private volatile int state;

    private @Nullable Object outcome;

    // Set by the caller before submission: what it found under the id.
    boolean hinted;

    @Nullable
    Current hint;

    // The committer's own.
    /** The part that is staged and not yet in a batch. */
    @Nullable
    StagedPart part;

    @Nullable
    Operation link;

    @Nullable
    Operation firstFollower;

    @Nullable
    Operation lastFollower;

    /** The part that is in a batch, and its record. */
    @Nullable
    StagedPart joinedPart;

    @Nullable
    BatchRecord record;

    @Nullable
    BatchRecord previousChunk;

    /** What a successful commit will answer: whether there was such a message. */
    boolean found;

    /** Chunks committed so far, and the revision of the first of them. */
    int chunks;

    long firstChunkRevision;

    /** Whether it is the operation on its id that may go on; others follow it. */
    boolean active;

    /** Whether the batch that is being committed holds a record of it. */
    boolean inBatch;

    /** Whether the committer has been told to retire it. */
    boolean orphaned;

    /** Whether nothing refers to it any more but parts that are still on their way. */
    boolean retired;

    /** The failure that it gets as soon as nobody reads its buffers, or once it has waited too long. */
    @Nullable
    SpoolException doom;

    /** Those who sleep for the same batch; written before DONE, read by the waiter. */
    @Nullable
    WakeChain chain;

    /** Whether the thread that waits sleeps, or is about to. */
    volatile boolean asleep;

    Operation(Kind kind, SpoolId id, Terms terms, Object waiter, @Nullable Payload payload) {
        this.kind = kind;
        this.id = id;
        this.terms = terms;
        this.waiter = waiter;
        this.payload = payload;
        this.bodyBytes = payload == null ? 0 : payload.bodyBytes();
        this.bytes = bodyBytes + (payload == null ? 0 : payload.envelopeBytes());
    }

    @Nullable
    Payload payload() {
        return payload;
    }

    boolean isDone() {
        return (int) STATE.getVolatile(this) == DONE;
    }

    /** Whether an outcome has been chosen, be it not yet visible to the waiter. */
    boolean isOver() {
        return (int) STATE.getVolatile(this) >= SETTLING;
    }

    /** Claims the caller's buffers for reading; false if the operation is over, and they are the caller's again. */
    boolean beginStaging() {
        return STATE.compareAndSet(this, QUEUED, STAGING);
    }

    /** Gives the buffers back; does nothing if that was done. */
    void endStaging() {
        STATE.compareAndSet(this, STAGING, QUEUED);
    }

    /** Joins a batch, or stays in one that is tried again; false if the operation is over. */
    boolean join() {
        return STATE.compareAndSet(this, QUEUED, JOINED) || (int) STATE.getVolatile(this) == JOINED;
    }

    /** Leaves a batch that was certainly not written, and waits for another; {@code why} is what it is told if none comes. */
    void leave(SpoolException why) {
        doom = why;
        STATE.compareAndSet(this, JOINED, QUEUED);
    }

    /**
     * Chooses the outcome of an operation that has not joined a batch or whose batch has come back. False if another outcome
     * was chosen before. If true, {@link #finish} must follow.
     */
    boolean settle(Object chosen) {
        if (STATE.compareAndSet(this, JOINED, SETTLING) || STATE.compareAndSet(this, QUEUED, SETTLING)) {
            choose(chosen);
            return true;
        }
        return false;
    }

    /** {@link #settle} for one that has certainly not joined: false also if it has. */
    boolean settleQueued(Object chosen) {
        if (STATE.compareAndSet(this, QUEUED, SETTLING)) {
            choose(chosen);
            return true;
        }
        return false;
    }

    /**
     * Chooses the outcome that the time asks for, if it does: refused while queued past the deadline, in doubt while in a batch
     * for longer than the caller waits. If true, {@link #finish} must follow.
     */
    boolean expire(long now) {
        if (now - terms.deadline >= 0 && (int) STATE.getVolatile(this) == QUEUED) {
            SpoolException known = doom;
            return settleQueued(known != null ? known : pastDeadline());
        }
        if (now - terms.giveUp >= 0 && STATE.compareAndSet(this, JOINED, SETTLING)) {
            choose(
                    new SpoolInDoubtException(
                            kind + " of " + id + " was not confirmed within "
                                    + Duration.ofNanos(terms.giveUp - terms.submitted)
                                    + "; it is stored whole or not at all: load it once the spool is healthy, or repeat the operation"));
            return true;
        }
        return false;
    }

    /** When {@link #expire} is to be asked again; soon, if it was asked too late or while the buffers were read. */
    long nextExpiry(long now) {
        long deadline = terms.deadline - now;
        long giveUp = terms.giveUp - now;
        long first = deadline > 0 && giveUp > 0 ? Math.min(deadline, giveUp) : Math.max(deadline, giveUp);
        return now + Math.max(first, 1_000_000);
    }

    private SpoolException pastDeadline() {
        String text = kind + " of " + id + " did not join a batch within "
                + Duration.ofNanos(terms.deadline - terms.submitted) + " and has had no effect; ";
        return terms.callersDeadline
                ? new SpoolDeadlineException(text + "try again later or allow it more time")
                : new SpoolOverloadedException(text + "the spool is slower than its load (storeTimeout)");
    }

    private void choose(Object chosen) {
        outcome = chosen;
        payload = null;
    }

    /** Makes the chosen outcome visible to the waiter. */
    void finish() {
        STATE.setVolatile(this, DONE);
    }

    /** A {@link Boolean}, or the {@link Throwable} that says why not. Only once it is done or settled. */
    Object outcome() {
        return requireNonNull(outcome, "asked before the outcome was chosen");
    }

    /** Completes the future that waits; on a thread of the callback executor. */
    @Override
    public void run() {
        @SuppressWarnings("unchecked") // completed with what its kind promises
        CompletableFuture<@Nullable Object> future = (CompletableFuture<@Nullable Object>) waiter;
        Object result = outcome();
        if (result instanceof Throwable failure) {
            future.completeExceptionally(failure);
        } else {
            future.complete(kind == Kind.STORE ? null : result);
        }
    }

    @Override
    public String toString() {
        return kind + " of " + id;
    }
}
