package dev.spool.rocksdb;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolFullException;
import dev.spool.SpoolInDoubtException;
import dev.spool.engine.spi.Batch;
import dev.spool.engine.spi.BatchRecord;
import dev.spool.engine.spi.Head;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Writes the batches of one log, and brings the database back to what was published after a failure. Committer only.
 *
 * <p>A batch that failed may be in the database all the same. It is told by its number in the log's state, which is written with
 * it, and then undone, so that it is never found.
 */
final class LogWriter {

    private final OwnedDatabase database;
    private final long epoch;
    private final BatchWriter.Scratch scratch = new BatchWriter.Scratch();
    private final List<DeadBodies.Body> abandoned;

    /** The state that readers are meant to see, and what the batch after it deletes. */
    private LogState published;

    private List<DeadBodies.Body> due;
    private @Nullable Attempt attempt;
    private long lastBatch;
    private long lastRevision;
    private long durableBatch;
    private long durableRevision;
    private volatile boolean leftOver;
    private volatile int publications;

    /** A batch that was given to the database and is not published. */
    private record Attempt(Batch batch, LogState state, List<DeadBodies.Body> dead, int abandoned) {}

    LogWriter(
            OwnedDatabase database,
            long epoch,
            LogState opened,
            List<DeadBodies.Body> due,
            List<DeadBodies.Body> unfinished) {
        this.database = database;
        this.epoch = epoch;
        this.published = opened;
        this.due = due;
        this.abandoned = new ArrayList<>(unfinished);
        this.lastBatch = opened.batch();
        this.lastRevision = opened.lastRevision();
        this.durableBatch = opened.batch();
        this.durableRevision = opened.lastRevision();
        this.leftOver = !due.isEmpty() || !unfinished.isEmpty();
    }

    /** The last revision that is durable. */
    long durableRevision() {
        return durableRevision;
    }

    /** The message of these chunks will never be finished. */
    void abandon(DeadBodies.Body chunks) {
        abandoned.add(chunks);
        leftOver = true;
    }

    /**
     * Writes a batch, whole or not at all.
     *
     * @return bytes written
     */
    long write(Batch batch) throws SpoolException {
        try {
            return database.use(open -> attempt(open, batch, batch.sync()));
        } catch (RocksDBException e) {
            return failed(batch, e);
        }
    }

    private long attempt(Database open, Batch batch, boolean sync) throws RocksDBException {
        for (BatchRecord entry : batch.records()) {
            lastRevision = Math.max(lastRevision, entry.header().revision());
        }
        try (WriteBatch out = new WriteBatch()) {
            BatchWriter writer = new BatchWriter(open, out, scratch);
            writer.delete(due);
            writer.deleteUnfinished(abandoned);
            writer.write(batch);
            LogState state = next(after(batch));
            writer.finish(state, writer.dead(), !due.isEmpty());
            attempt = new Attempt(batch, state, writer.dead(), abandoned.size());
            long bytes = out.getDataSize();
            open.write(out, sync);
            if (sync) {
                durable();
            }
            return bytes;
        }
    }

    private void durable() {
        durableBatch = lastBatch;
        durableRevision = lastRevision;
    }

    private static Head after(Batch batch) {
        Head after = new Head(batch.headBefore());
        for (BatchRecord entry : batch.records()) {
            RocksCurrent previous = (RocksCurrent) entry.previous();
            after.advance(entry.header(), previous != null, previous == null ? null : previous.info());
        }
        return after;
    }

    private LogState next(Head head) {
        return next(head, lastRevision);
    }

    private LogState next(Head head, long revision) {
        lastBatch++;
        return new LogState(
                published.storeId(),
                published.log(),
                published.shards(),
                epoch,
                lastBatch,
                revision,
                published.lostRevisions(),
                head);
    }

    /** A full disk, and damage that RocksDB met on its own, are no doubt once it is certain that the batch is not there. */
    private long failed(Batch batch, RocksDBException e) throws SpoolException {
        boolean certain = durableBatch >= published.batch();
        if (certain && Failures.isNoSpace(e)) {
            settle(List.of(), e);
            throw new SpoolFullException(
                    "no room in " + database.directory() + ": " + Failures.text(e)
                            + "; free space on the volume, or remove messages",
                    e);
        }
        if (Failures.isDamage(e)) {
            database.stopCompacting(Failures.reading(database.directory(), null, e));
            if (certain) {
                settle(List.of(), e);
                try {
                    return database.use(open -> attempt(open, batch, batch.sync()));
                } catch (RocksDBException again) {
                    throw inDoubt(again);
                }
            }
        }
        throw inDoubt(e);
    }

    private void settle(List<Batch> unsynced, RocksDBException why) throws SpoolException {
        try {
            recover(unsynced);
        } catch (SpoolException e) {
            e.addSuppressed(why);
            throw new SpoolInDoubtException(
                    "writing to " + database.directory() + " failed: " + Failures.text(why)
                            + ", and it could not be opened again: " + e.getMessage(),
                    e);
        }
    }

    private SpoolInDoubtException inDoubt(RocksDBException e) {
        return new SpoolInDoubtException("writing to " + database.directory() + " failed: " + Failures.text(e), e);
    }

    /** The last batch is visible now, and what it replaced goes with the next one. */
    void published() {
        Attempt done = attempt;
        if (done != null) {
            attempt = null;
            published = done.state();
            due = done.dead();
            abandoned.subList(0, done.abandoned()).clear();
            note();
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    private void note() {
        leftOver = !due.isEmpty() || !abandoned.isEmpty();
        publications++;
    }

    /** Whether bodies are left over that the next batch, be it an empty one, deletes. Any thread. */
    boolean hasLeftOver() {
        return leftOver;
    }

    /** Counts published batches. Any thread. */
    int publications() {
        return publications;
    }

    void sync() throws SpoolException {
        try {
            database.use(open -> {
                open.syncLog();
                return open;
            });
            durable();
        } catch (RocksDBException e) {
            throw inDoubt(e);
        }
    }

    /**
     * Opens the database again and makes it hold what was published, and nothing else.
     *
     * @param unsynced what was published without being durable, in order
     */
    void recover(List<Batch> unsynced) throws SpoolException {
        try {
            database.reopen(fresh -> restore(fresh, unsynced), this::isAsPublished);
        } catch (RocksDBException e) {
            throw inDoubt(e);
        }
    }

    private boolean isAsPublished(Database found) throws SpoolException, RocksDBException {
        LogState state = LogOpener.state(found, published.log());
        return state != null && state.batch() == published.batch();
    }

    private void restore(Database fresh, List<Batch> unsynced) throws SpoolException, RocksDBException {
        LogState found = LogOpener.state(fresh, published.log());
        if (found == null || found.batch() < durableBatch) {
            throw new SpoolCorruptException(
                    null,
                    fresh.directory().toString(),
                    "batch " + durableBatch + " was durable, and after opening it again the last one is "
                            + (found == null ? "none" : found.batch()));
        }
        Attempt failed = attempt;
        if (failed != null && found.batch() == failed.state().batch()) {
            write(fresh, failed.batch(), BatchWriter::undo, published.head(), due);
        }
        List<DeadBodies.Body> dead = LogOpener.dead(fresh, database::tell);
        for (Batch batch : unsynced) {
            long revision = batch.records().stream()
                    .mapToLong(entry -> entry.header().revision())
                    .max()
                    .orElse(0);
            if (revision > found.lastRevision()) {
                dead = rewrite(fresh, batch, dead, revision);
                due = dead; // of the last of them
            }
        }
        // Proves that the database takes writes, and says how far everything is durable.
        published =
                write(fresh, new Batch(List.of(), true, published.head()), BatchWriter::write, published.head(), due);
        durable();
        attempt = null;
    }

    /** @param revision the last one of the batch: if the next batch fails, its own are still known to be missing */
    private List<DeadBodies.Body> rewrite(Database fresh, Batch batch, List<DeadBodies.Body> dead, long revision)
            throws RocksDBException {
        try (WriteBatch out = new WriteBatch()) {
            BatchWriter writer = new BatchWriter(fresh, out, scratch);
            writer.delete(dead);
            writer.write(batch);
            writer.finish(next(after(batch), revision), writer.dead(), true);
            fresh.write(out, true);
            return writer.dead();
        }
    }

    /** What is done with the records of a batch. */
    private interface Writing {
        void write(BatchWriter writer, Batch batch) throws RocksDBException;
    }

    private LogState write(Database fresh, Batch batch, Writing writing, Head head, List<DeadBodies.Body> dead)
            throws RocksDBException {
        try (WriteBatch out = new WriteBatch()) {
            BatchWriter writer = new BatchWriter(fresh, out, scratch);
            writing.write(writer, batch);
            LogState state = next(head);
            writer.finish(state, dead, true);
            fresh.write(out, true);
            return state;
        }
    }
}
