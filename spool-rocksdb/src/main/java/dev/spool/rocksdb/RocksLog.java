package dev.spool.rocksdb;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolIoException;
import dev.spool.engine.record.Extensions;
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
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/** One log of the RocksDB backend, open for writing. The methods of {@link LogStore} that write belong to the committer. */
final class RocksLog implements LogStore {

    private final BackendContext context;
    private final int number;
    private final Sizes sizes;
    private final OwnedDatabase database;
    private final LogWriter writer;
    private final MessageReader reader;
    private final ChangeStamps stamps = new ChangeStamps();
    private final Watermark watermark;
    private final Head head;
    private final long nextRevision;
    private final List<LogScan.Damage> lost;
    private final @Nullable SealedLog sealedAtOpen;
    private final SharedMemory memory;
    private final LongConsumer written;
    private volatile @Nullable SharedDatabase sealed;

    /** @param written told of the bytes of each batch */
    RocksLog(
            BackendContext context,
            int number,
            Sizes sizes,
            LogOpener.Opened opened,
            SharedMemory memory,
            LongConsumer written) {
        this.context = context;
        this.number = number;
        this.sizes = sizes;
        this.memory = memory;
        this.written = written;
        this.database = opened.database();
        this.head = opened.state().head();
        this.lost = opened.lost();
        this.nextRevision = opened.nextRevision();
        this.reader = new MessageReader(number);
        this.writer = new LogWriter(database, context.epoch(), opened.state(), opened.dead(), opened.unfinished());
        this.watermark = new Watermark(context, number, opened.state().lastRevision());
        this.sealedAtOpen = context.cleanlyReleased() ? Seals.of(context.storeId(), number, head) : null;
    }

    OwnedDatabase database() {
        return database;
    }

    int number() {
        return number;
    }

    Compaction.LeftOver leftOver() {
        return new Compaction.LeftOver() {
            @Override
            public boolean isThere() {
                return writer.hasLeftOver();
            }

            @Override
            public void request() {
                context.requestCommit(number);
            }

            @Override
            public int publications() {
                return writer.publications();
            }
        };
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
    public int chunkBytesMax() {
        return sizes.chunkBytesMax();
    }

    @Override
    public int batchBytesMax() {
        return sizes.batchBytesMax();
    }

    @Override
    public @Nullable StoredMessage read(SpoolId id, boolean withBody) throws SpoolException {
        return database.find(open -> reader.read(open, id, withBody));
    }

    @Override
    public LogScan scan() {
        return new MessageScan(number, database, lost);
    }

    @Override
    public @Nullable Current current(SpoolId id) throws SpoolException {
        int stamp = stamps.of(id);
        return database.find(open -> current(open, id, stamp));
    }

    private @Nullable RocksCurrent current(Database open, SpoolId id, int stamp) throws SpoolException {
        byte[] key = Keys.message(id);
        byte[] value;
        try {
            value = open.get(key, id);
        } catch (SpoolCorruptException e) {
            return new RocksCurrent(null, new byte[0], null, stamp);
        }
        if (value == null) {
            return null;
        }
        try {
            MessageRecord record = MessageRecord.decode(id, number, value, open.at(key));
            return new RocksCurrent(record.header().info(), value, record.body(), stamp);
        } catch (SpoolCorruptException e) {
            return new RocksCurrent(null, value, null, stamp);
        }
    }

    /** Where this says no, {@link #current} is asked, which is never wrong. */
    @Override
    public boolean isCurrent(SpoolId id, @Nullable Current current) {
        if (current != null) {
            return ((RocksCurrent) current).stamp() == stamps.of(id);
        }
        try {
            return !database.use(open -> open.mayHold(Keys.message(id)));
        } catch (SpoolException | RocksDBException e) {
            return false;
        }
    }

    @Override
    public CompletionStage<Durable> commit(Batch batch) {
        long start = context.clock().nanoTime();
        try {
            long bytes = writer.write(batch);
            written.accept(bytes);
            watermark.committed();
            long nanos = Math.max(1, context.clock().nanoTime() - start);
            return CompletableFuture.completedFuture(new Durable(bytes, batch.sync() ? nanos : 0));
        } catch (SpoolException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public void publish(Batch batch) {
        writer.published();
        for (BatchRecord entry : batch.records()) {
            stamps.changed(entry.header().id());
        }
    }

    @Override
    public CompletionStage<Durable> sync() {
        long start = context.clock().nanoTime();
        try {
            writer.sync();
            watermark.committed();
            return CompletableFuture.completedFuture(
                    new Durable(0, Math.max(1, context.clock().nanoTime() - start)));
        } catch (SpoolException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public void recover(List<Batch> unsynced) throws SpoolException {
        writer.recover(unsynced);
        stamps.everythingChanged();
    }

    @Override
    public void abandon(BatchRecord lastChunk) {
        Extensions.Chunks chunks = lastChunk.header().extensions().chunks();
        if (chunks != null) {
            writer.abandon(new DeadBodies.Body(lastChunk.header().id(), chunks.firstRevision(), chunks.ordinal() + 1));
        }
    }

    @Override
    public long idle() throws SpoolException {
        long due = watermark.writeIfDue(writer.durableRevision());
        if (due == Long.MAX_VALUE && writer.hasLeftOver()) {
            context.requestCommit(number); // it is quiet, and an empty batch deletes what is left over
        }
        return due;
    }

    @Override
    public @Nullable SealedLog sealedAtOpen() {
        return sealedAtOpen;
    }

    /** Leaves nothing in the write-ahead log, if it can, and the database to others; readers go on beside them. */
    @Override
    public SealedLog seal() throws SpoolException {
        try {
            database.use(open -> {
                open.flush();
                return open;
            });
        } catch (RocksDBException e) {
            if (!Failures.isNoSpace(e) && !Failures.isDamage(e)) {
                throw sealing(e);
            }
            // Everything is durable in the write-ahead log: a full disk, or damage that compaction met, keeps nobody
            // from a clean end.
            System.getLogger(RocksLog.class.getName())
                    .log(System.Logger.Level.WARNING, "sealing without a flush: " + Failures.text(e));
        }
        watermark.write(writer.durableRevision());
        SharedDatabase reading = new SharedDatabase(database.directory(), context.storeId(), memory);
        database.seal(reading);
        sealed = reading;
        return Seals.of(context.storeId(), number, head);
    }

    private SpoolIoException sealing(RocksDBException e) {
        return new SpoolIoException(
                "sealing " + database.directory() + " failed: " + Failures.text(e) + "; nothing is lost", e);
    }

    @Override
    public void unseal() throws SpoolException {
        writer.recover(List.of());
        database.unseal();
        SharedDatabase reading = sealed;
        sealed = null;
        if (reading != null) {
            reading.close();
        }
    }

    /** Closes the database without writing. */
    void close() {
        database.close();
        SharedDatabase reading = sealed;
        if (reading != null) {
            reading.close();
        }
    }
}
