package dev.spool.engine.spi;

import dev.spool.SpoolException;
import dev.spool.SpoolId;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One log of a backend, open for writing. Except for the reading side, {@link #current} and {@link #isCurrent}, methods are
 * called by the log's committer alone, one at a time, in this order: {@code commit}, and after its success and the fence
 * check {@code publish}; after a failure in doubt {@code recover} before the next {@code commit}.
 */
public interface LogStore extends LogReader {

    /** Batches that may be outstanding at once, at least 1. */
    default int maxOutstanding() {
        return 1;
    }

    /**
     * Longest part of a body that one record may carry; longer bodies come as chunks. An envelope is never longer than this
     * either. At most a quarter of the largest unit that the log can write to. Fixed at open.
     */
    default int chunkBytesMax() {
        return 1 << 20;
    }

    /**
     * Most bytes that the records of one batch of several may add up to, each counted with its headroom. At least twice
     * {@link #chunkBytesMax} and one headroom. Fixed at open.
     */
    default int batchBytesMax() {
        return 4 << 20;
    }

    /**
     * A revision greater than any that was ever used in this log, those that were cut off included. The committer counts on
     * from here.
     */
    long nextRevision();

    /** Looks a message up for an operation on it; may read from storage. Null if there is none. Any thread. */
    @Nullable
    Current current(SpoolId id) throws SpoolException;

    /**
     * Whether {@code current}, null for none, is still what {@link #current} would return. In memory, or as cheap: a look into a
     * mapped tree. Committer.
     */
    boolean isCurrent(SpoolId id, @Nullable Current current) throws SpoolException;

    /**
     * Makes a batch durable: whole or not at all. An empty batch is a proof that the log can be written and synced, and does
     * all that a full one does: fills, heads, syncs.
     *
     * @return completes when the batch, and with it every batch before it, is durable (or, if {@link Batch#sync()} is false,
     *     when the batch is written); exceptionally with
     *     {@link dev.spool.SpoolFullException} (certainly absent), {@link dev.spool.SpoolInDoubtException} (whole or absent;
     *     the next successful commit cuts it off for ever), or {@link dev.spool.SpoolFencedException}. A commit that is
     *     finished when it returns should return a completed stage
     */
    CompletionStage<Durable> commit(Batch batch);

    /** Makes a committed batch visible to readers. In memory only for a log that keeps an index. */
    void publish(Batch batch);

    /** Syncs what was committed without a sync. Failures as in {@link #commit}. */
    CompletionStage<Durable> sync();

    /**
     * Prepares the log for new commits after a failure in doubt, such as by turning to a fresh file or by reopening the
     * library. What the failed batch wrote must never be found once a later commit has succeeded; a batch that was committed but
     * not published, because nobody could tell whether the directory is still ours, has failed as well.
     *
     * <p>If it throws, it is called again later, with the same batches at its start.
     *
     * @param unsynced what had been committed without a sync and published since the last good sync, in order; empty unless the
     *     spool is {@link dev.spool.Durability#DEFERRED}. Before this returns they are made durable again, in the same order
     *     with the same revisions, targets and locations resolved anew, and readers see no state in between
     */
    void recover(List<Batch> unsynced) throws SpoolException;

    /**
     * Tells that the message of a committed chunk will never be finished: it and the chunks before it are dead. Committer.
     *
     * @param lastChunk the last chunk of that message that was committed
     */
    default void abandon(BatchRecord lastChunk) {}

    /**
     * Called by the committer when it has nothing to do, and at the latest after the time it returned last: small work that
     * is due, such as proving the last batch.
     *
     * @return nanoseconds until it wants to be called again; {@link Long#MAX_VALUE} if only after the next batch
     */
    long idle() throws SpoolException;

    /**
     * What {@link #seal} would have returned before this open, computed anew from what is on disk; null if the log was not
     * sealed as a whole when it was opened.
     */
    default @Nullable SealedLog sealedAtOpen() {
        return null;
    }

    /** Syncs and seals: nothing is written after this until {@link #unseal}. */
    SealedLog seal() throws SpoolException;

    /** Prepares for commits again after a seal that was called off; the files sealed stay sealed. */
    void unseal() throws SpoolException;
}
