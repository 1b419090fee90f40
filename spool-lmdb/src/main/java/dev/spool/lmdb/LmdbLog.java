package dev.spool.lmdb;

import dev.spool.Durability;
import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolFencedException;
import dev.spool.SpoolFullException;
import dev.spool.SpoolId;
import dev.spool.SpoolInDoubtException;
import dev.spool.engine.record.Extensions;
import dev.spool.engine.record.RecordType;
import dev.spool.engine.spi.BackendContext;
import dev.spool.engine.spi.Batch;
import dev.spool.engine.spi.BatchRecord;
import dev.spool.engine.spi.Current;
import dev.spool.engine.spi.Durable;
import dev.spool.engine.spi.Head;
import dev.spool.engine.spi.LogScan;
import dev.spool.engine.spi.LogStore;
import dev.spool.engine.spi.SealedLog;
import dev.spool.engine.spi.StoredMessage;
import dev.spool.engine.spi.Watermark;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One log, open for writing: each batch is one write transaction, with the head in it. Ownership is checked in the transaction
 * too, so that who has lost the log commits nothing to it.
 */
final class LmdbLog implements LogStore {

    /** Parts of this size find room in a file whose free pages are scattered. */
    private static final int CHUNK_BYTES_MAX = 256 << 10;

    private static final int BATCH_BYTES_MAX = 2 << 20;

    /** How long records that nobody owns may stay while nothing is committed. */
    private static final long CLEAN_UP_DELAY_NANOS = 100_000_000L;

    private final BackendContext context;
    private final int number;
    private final LogFile file;
    private final LogReads reads;
    private final SpaceGauge space;
    private final ChangedIds changed = new ChangedIds();
    private final Head head;
    private final @Nullable SealedLog sealedAtOpen;
    private final LogScan.@Nullable Damage lost;
    private final Watermark watermark;
    private final boolean lazily;

    /** Held by whoever writes to the file or is about to replace it. */
    private final ReentrantLock writing = new ReentrantLock();

    private long nextRevision;
    private long committedRevision;
    private long durableRevision;
    private DeadKeys dead;
    /** Dead records that may stand on damaged pages: they stay listed, and are deleted at the next open if that is possible. */
    private DeadKeys undeletable;

    /** Whether the transaction under way is deleting what nobody owns. */
    private boolean cleaning;

    private List<byte[]> abandoned = new ArrayList<>();
    private volatile @Nullable BatchWriter unpublished;
    private boolean sealed;
    private boolean turning;
    private long lastWriteNanos;

    LmdbLog(BackendContext context, int number, OpenedLog opened, SpaceGauge space) {
        this.context = context;
        this.number = number;
        this.file = opened.file();
        this.space = space;
        this.reads = new LogReads(opened.file(), false);
        this.head = opened.head();
        this.nextRevision = opened.nextRevision();
        this.sealedAtOpen = opened.sealed();
        this.lost = opened.lost();
        this.watermark = new Watermark(context, number, 0);
        this.dead = DeadKeys.NONE;
        this.undeletable = opened.undeletable();
        this.lazily = context.options().durability() == Durability.DEFERRED;
    }

    int number() {
        return number;
    }

    LogFile file() {
        return file;
    }

    ChangedIds changed() {
        return changed;
    }

    /** Held by compaction while it turns to the next file. Before the file's own lock. */
    ReentrantLock writing() {
        return writing;
    }

    /** Whether a log was sealed, so that its files are not to be touched. Under {@link #writing()}. */
    boolean isSealed() {
        return sealed;
    }

    @Override
    public int chunkBytesMax() {
        return CHUNK_BYTES_MAX;
    }

    @Override
    public int batchBytesMax() {
        return BATCH_BYTES_MAX;
    }

    @Override
    public Head head() {
        return head;
    }

    @Override
    public long nextRevision() {
        return nextRevision;
    }

    @Override
    public @Nullable StoredMessage read(SpoolId id, boolean withBody) throws SpoolException {
        return reads.read(id, withBody);
    }

    @Override
    public LogScan scan() {
        return new LmdbScan(reads, number, lost);
    }

    @Override
    public @Nullable Current current(SpoolId id) throws SpoolException {
        return reads.current(id);
    }

    @Override
    public boolean isCurrent(SpoolId id, @Nullable Current current) throws SpoolException {
        byte[] now = reads.catalogued(id);
        return current instanceof LmdbCurrent known ? known.isStill(now) : now == null;
    }

    @Override
    public CompletionStage<Durable> commit(Batch batch) {
        try {
            return CompletableFuture.completedFuture(write(batch));
        } catch (SpoolException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Durable write(Batch batch) throws SpoolException {
        writing.lock();
        try {
            long start = context.clock().nanoTime();
            finishTurnOrDoubt();
            BatchWriter writer = writeWithRoom(batch);
            boolean sync = batch.sync();
            if (sync && lazily) {
                syncOrDoubt();
            }
            committed(batch, sync || !lazily);
            lastWriteNanos = context.clock().nanoTime();
            return new Durable(writer.bytesWritten(), sync ? Math.max(1, lastWriteNanos - start) : 0);
        } finally {
            writing.unlock();
        }
    }

    /** Revisions that were left out say nothing of how far the log is. */
    private void committed(Batch batch, boolean durable) {
        for (BatchRecord record : batch.records()) {
            committedRevision = Math.max(committedRevision, record.header().revision());
        }
        if (durable) {
            durable();
        }
    }

    private void durable() {
        durableRevision = committedRevision;
        watermark.committed();
    }

    /** Grows the map when it is full, and makes use of what the last batch has left when it cannot grow. */
    private BatchWriter writeWithRoom(Batch batch) throws SpoolException {
        boolean frees =
                batch.records().stream().allMatch(record -> record.header().type() == RecordType.REMOVE);
        if (!frees) {
            space.keepReserve(file);
        }
        while (true) {
            try {
                return transact(batch);
            } catch (SpoolCorruptException e) {
                setAside(e);
            } catch (SpoolFullException e) {
                if (!space.growAfter(e, file, number, frees)) {
                    if (dead.isEmpty() && abandoned.isEmpty()) {
                        throw e;
                    }
                    settle();
                }
            }
        }
    }

    private BatchWriter transact(Batch batch) throws SpoolException {
        BatchWriter writer = new BatchWriter(batch, nextRevision);
        long before = file.lastTransaction();
        boolean committed = false;
        try {
            file.write(transaction -> {
                requireOwnership(transaction);
                cleanUp(transaction);
                writer.write(transaction);
                writer.dead().and(undeletable).write(transaction);
                new LogState(number, context.epoch(), writer.nextRevision(), false, writer.head()).write(transaction);
                space.used(number, transaction.usedBytes());
                writer.before().in(transaction.number());
                unpublished = writer;
                reads.hide(writer.before());
                return writer;
            });
            committed = true;
        } catch (SpoolFencedException e) {
            throw e;
        } catch (SpoolException e) {
            throw isOfCleanUp(e) ? e : failure(e, before);
        } finally {
            changed.add(writer.ids());
            cleanedUp();
            if (committed) {
                dead = writer.dead();
                abandoned = new ArrayList<>();
                nextRevision = writer.nextRevision();
            }
        }
        return writer;
    }

    /** A failure that left no transaction behind because there was no room is certain; any other one is not. */
    private SpoolException failure(SpoolException e, long before) throws SpoolException {
        if (e instanceof SpoolFullException && file.lastTransaction() == before) {
            unpublished = null;
            reads.hide(null);
            return e;
        }
        return new SpoolInDoubtException("a write to " + file.file() + " failed: " + e.getMessage(), e);
    }

    /** @return the state of the log at present */
    private LogState requireOwnership(Transaction transaction) throws SpoolException {
        LogState state = LogState.read(transaction, number);
        if (state == null) {
            throw new SpoolCorruptException(
                    null, transaction.file() + " state", "expected the head of log " + number + ", found none");
        }
        if (state.epoch() > context.epoch()) {
            throw new SpoolFencedException(transaction.file() + " belongs to the owner of epoch " + state.epoch()
                    + ", this one is of epoch " + context.epoch() + "; close this spool");
        }
        return state;
    }

    /** Deletes what nobody owns any more. */
    private void cleanUp(Transaction transaction) throws SpoolException {
        cleaning = true;
        dead.delete(transaction);
        for (byte[] key : abandoned) {
            Orphans.delete(transaction, key);
        }
        cleaning = false;
    }

    /** Whether a transaction failed, with nothing of its own written, because what it was to delete is damaged. */
    private boolean isOfCleanUp(SpoolException e) {
        boolean wasCleaning = cleaning;
        cleaning = false;
        return wasCleaning && e instanceof SpoolCorruptException;
    }

    /** Does without deleting, so that a corrupt message which has been removed does not keep anything from being written. */
    private void setAside(SpoolCorruptException damage) {
        context.damaged(new LogScan.Damage(damage.where(), damage.why()));
        undeletable = undeletable.and(dead);
        dead = DeadKeys.NONE;
        abandoned = new ArrayList<>();
    }

    /** What was deleted may have been copied by a compaction already. */
    private void cleanedUp() {
        changed.add(dead.ids());
        changed.add(abandoned.stream().map(key -> Keys.id(Keys.partsOf(key))).toList());
    }

    @Override
    public void publish(Batch batch) {
        unpublished = null;
        reads.hide(null);
    }

    @Override
    public CompletionStage<Durable> sync() {
        long start = context.clock().nanoTime();
        try {
            syncOrDoubt();
            durable();
            return CompletableFuture.completedFuture(
                    new Durable(0, Math.max(1, context.clock().nanoTime() - start)));
        } catch (SpoolException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void syncOrDoubt() throws SpoolException {
        try {
            file.sync();
        } catch (SpoolException e) {
            throw new SpoolInDoubtException("a sync of " + file.file() + " failed: " + e.getMessage(), e);
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>LMDB puts the old root back when it cannot write the new one, and may refuse everything until the file is opened again.
     * The old root is synced before anything else is written: the new one may have reached the disk all the same, and pages that
     * only it knows are the first to be used again. What was committed and not published is taken back.
     */
    @Override
    public void recover(List<Batch> unsynced) throws SpoolException {
        writing.lock();
        try {
            if (turning) {
                finishTurn();
            } else {
                file.reopen();
            }
            syncOrDoubt();
            long committed = file.read(this::requireOwnership).head().revision();
            BatchWriter failed = unpublished;
            if (failed != null && failed.before().transaction() <= file.lastTransaction()) {
                undo(failed);
            }
            unpublished = null;
            reads.hide(null);
            for (Batch batch : unsynced) {
                if (isLost(batch, committed)) {
                    writeWithRoom(batch);
                    publish(batch);
                }
            }
            Batch proof = new Batch(List.of(), true, head);
            writeWithRoom(proof);
            publish(proof);
            syncOrDoubt();
            durable();
        } finally {
            writing.unlock();
        }
    }

    private static boolean isLost(Batch batch, long committed) {
        return batch.records().stream().anyMatch(record -> record.header().revision() > committed);
    }

    private void undo(BatchWriter failed) throws SpoolException {
        writeGrowing(transaction -> {
            requireOwnership(transaction);
            failed.undo(transaction);
            undeletable.write(transaction);
            new LogState(number, context.epoch(), Math.max(nextRevision, failed.nextRevision()), false, head)
                    .write(transaction);
            return true;
        });
        changed.add(failed.ids());
        nextRevision = Math.max(nextRevision, failed.nextRevision());
        dead = DeadKeys.NONE;
    }

    @Override
    public void abandon(BatchRecord lastChunk) {
        Extensions.Chunks chunks =
                java.util.Objects.requireNonNull(lastChunk.header().extensions().chunks());
        writing.lock();
        try {
            abandoned.add(Keys.unfinished(lastChunk.header().id(), chunks.firstRevision()));
        } finally {
            writing.unlock();
        }
    }

    @Override
    public long idle() throws SpoolException {
        return Math.min(watermark.writeIfDue(durableRevision), cleanUpIfDue());
    }

    private long cleanUpIfDue() throws SpoolException {
        writing.lock();
        try {
            if (dead.isEmpty() && abandoned.isEmpty()) {
                return Long.MAX_VALUE;
            }
            long wait = lastWriteNanos + CLEAN_UP_DELAY_NANOS - context.clock().nanoTime();
            if (wait > 0) {
                return wait;
            }
            settle();
            lastWriteNanos = context.clock().nanoTime();
            return Long.MAX_VALUE;
        } catch (SpoolFullException e) {
            return Long.MAX_VALUE; // the next batch cleans up
        } finally {
            writing.unlock();
        }
    }

    /** Deletes what the last batch has left behind. Under {@link #writing()}, when nothing is unpublished. */
    void settle() throws SpoolException {
        if (dead.isEmpty() && abandoned.isEmpty()) {
            return;
        }
        finishTurnOrDoubt();
        long before = file.lastTransaction();
        try {
            writeGrowing(transaction -> {
                LogState state = requireOwnership(transaction);
                cleanUp(transaction);
                undeletable.write(transaction);
                state.write(transaction);
                space.used(number, transaction.usedBytes());
                return true;
            });
        } catch (SpoolFencedException e) {
            throw e;
        } catch (SpoolException e) {
            if (!isOfCleanUp(e)) {
                throw failure(e, before);
            }
            setAside((SpoolCorruptException) e);
            return;
        }
        cleanedUp();
        dead = DeadKeys.NONE;
        abandoned = new ArrayList<>();
    }

    /** Writes something that gives back more room than it takes. */
    private <T> T writeGrowing(LogFile.Work<T> work) throws SpoolException {
        while (true) {
            try {
                return file.write(work);
            } catch (SpoolFullException e) {
                if (!space.growAfter(e, file, number, true)) {
                    throw e;
                }
            }
        }
    }

    /**
     * Puts a copy in the file's place. If it fails, either file may be the one that is found after a crash, and they are equal:
     * so nothing is written before it is known that the names are on disk. Under {@link #writing()}, when nothing is unpublished.
     */
    void turnTo(NewFile copy) throws SpoolException {
        turning = true;
        file.write(transaction -> {
            requireOwnership(transaction); // in the transaction, so that a successor cannot take over in between
            copy.rename();
            return true;
        });
        finishTurn();
    }

    private void finishTurn() throws SpoolException {
        file.turn();
        turning = false;
    }

    private void finishTurnOrDoubt() throws SpoolException {
        try {
            if (turning) {
                finishTurn();
            }
        } catch (SpoolException e) {
            throw new SpoolInDoubtException(
                    "turning to the next file of " + file.directory() + " failed: " + e.getMessage(), e);
        }
    }

    /** Whether a batch is in the file of which nobody has been told. */
    boolean hasUnpublished() {
        return unpublished != null;
    }

    @Override
    public @Nullable SealedLog sealedAtOpen() {
        return sealedAtOpen;
    }

    @Override
    public SealedLog seal() throws SpoolException {
        writing.lock();
        try {
            finishTurnOrDoubt();
            settle();
            SealedLog seal = writeGrowing(transaction -> {
                requireOwnership(transaction);
                new LogState(number, context.epoch(), nextRevision, true, head).write(transaction);
                return Seals.of(number, transaction, head);
            });
            syncOrDoubt();
            watermark.write(durableRevision);
            sealed = true;
            return seal;
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void unseal() {
        writing.lock();
        try {
            sealed = false;
        } finally {
            writing.unlock();
        }
    }

    /** Closes the file, if nobody else in this process has it open. */
    void close() {
        file.release(lazily ? Environment.Use.WRITE_LAZILY : Environment.Use.WRITE);
    }
}
