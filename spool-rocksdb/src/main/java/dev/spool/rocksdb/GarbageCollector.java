package dev.spool.rocksdb;

import dev.spool.SpoolException;
import dev.spool.engine.spi.MaintenanceStep;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * Decides when RocksDB's own compactions collect garbage in blob files. In a queue a blob file dies as a whole, and goes without
 * being read; what a few long-lived messages keep alive is moved only once it holds back much room.
 */
final class GarbageCollector implements MaintenanceStep {

    private static final System.Logger LOG = System.getLogger(GarbageCollector.class.getName());

    /** Which part of the blob files, the oldest, RocksDB empties when it compacts by itself. */
    private static final double OLDER_PART = 0.5;

    private static final double ALL = 1;
    private static final double NONE = 0;

    private static final long PERIOD_NANOS = 1_000_000_000L;

    /** Garbage, in percent of all blob files, from which on it is collected, and below which it is no more. */
    private static final int BEGIN_PERCENT = 40;

    private static final int END_PERCENT = 20;

    private final List<OwnedDatabase> databases = new ArrayList<>();
    private final long leastBytes;
    private final ReentrantLock lock = new ReentrantLock();

    /** @param leastBytes garbage that is not worth collecting, of one database */
    GarbageCollector(long leastBytes) {
        this.leastBytes = leastBytes;
    }

    /** Adds a database; before the first step. */
    void watch(OwnedDatabase database) {
        databases.add(database);
    }

    @Override
    public String name() {
        return "garbage";
    }

    @Override
    public long step() {
        for (OwnedDatabase database : databases) {
            if (database.damage() == null) {
                try {
                    database.use(this::judgeUnlessCompacted);
                } catch (SpoolException | RocksDBException e) {
                    // It is closed, or takes no writes. Whoever opens it again begins without collecting.
                    LOG.log(System.Logger.Level.DEBUG, "not judging the garbage of {0}: {1}", database.directory(), e);
                }
            }
        }
        return PERIOD_NANOS;
    }

    /**
     * Takes the lock only while the database is in use, as {@link #collectAll} does: whoever waits with the lock for a database that
     * is about to be opened again would hold up the compaction that the opening waits for.
     */
    private Database judgeUnlessCompacted(Database open) throws RocksDBException {
        if (!lock.tryLock()) {
            return open;
        }
        try {
            return judge(open);
        } finally {
            lock.unlock();
        }
    }

    private Database judge(Database open) throws RocksDBException {
        long garbage = open.blobGarbageBytes();
        boolean collecting = open.collectedPart() > 0;
        int percent = collecting ? END_PERCENT : BEGIN_PERCENT;
        boolean worthwhile = garbage >= leastBytes && garbage >= open.blobBytes() / 100 * percent;
        if (worthwhile != collecting) {
            open.collectBlobs(worthwhile ? OLDER_PART : NONE);
        }
        return open;
    }

    /** Something done while every blob file may be emptied. */
    interface Compacting {
        void run() throws RocksDBException;
    }

    /** Compacts such that all garbage that is met goes; the caller is using the database. */
    void collectAll(Database open, Compacting compacting) throws RocksDBException {
        lock.lock();
        try {
            double before = open.collectedPart();
            RocksDBException failure = null;
            try {
                open.collectBlobs(ALL);
                compacting.run();
            } catch (RocksDBException e) {
                failure = e;
            } finally {
                failure = restore(open, before, failure);
            }
            if (failure != null) {
                throw failure;
            }
        } finally {
            lock.unlock();
        }
    }

    private static @Nullable RocksDBException restore(Database open, double part, @Nullable RocksDBException failure) {
        try {
            open.collectBlobs(part);
            return failure;
        } catch (RocksDBException e) {
            return failure == null ? e : failure; // it refuses this too after a failure
        }
    }
}
