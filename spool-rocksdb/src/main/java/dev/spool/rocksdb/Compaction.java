package dev.spool.rocksdb;

import dev.spool.SpoolException;
import dev.spool.SpoolFullException;
import dev.spool.SpoolIoException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.RocksDBException;

/** Compacts one log on demand, a range of keys at a time, and gives back what is dead in its blob files. One thread at a time. */
final class Compaction {

    /** Files of the tree that one round takes on. */
    private static final int FILES_A_ROUND = 8;

    /** How often, a millisecond apart, the committer is waited for, which may not be able to commit. */
    private static final int PATIENCE = 200;

    private static final long WAIT_NANOS = 1_000_000;

    private final OwnedDatabase database;
    private final LeftOver leftOver;
    private final GarbageCollector garbage;
    private final Deque<byte[]> boundaries = new ArrayDeque<>();
    private byte @Nullable [] from;
    private boolean underWay;
    private int waits;
    private int publications;

    /** What the next batch would delete, so that it is worth waiting for. */
    interface LeftOver {
        boolean isThere();

        /** Asks for a batch. */
        void request();

        /** Counts published batches. */
        int publications();
    }

    Compaction(OwnedDatabase database, LeftOver leftOver, GarbageCollector garbage) {
        this.database = database;
        this.leftOver = leftOver;
        this.garbage = garbage;
    }

    /**
     * Does one round.
     *
     * @return whether there is more to do in this pass
     */
    boolean round() throws SpoolException {
        SpoolException known = database.damage();
        if (known != null) {
            throw known.forCaller();
        }
        if (!underWay && isWorthWaiting()) {
            return true;
        }
        waits = 0;
        try {
            return database.use(this::round);
        } catch (RocksDBException e) {
            underWay = false;
            if (Failures.isInterrupted(e)) {
                return true; // by who had to open the database again
            }
            throw failed(e);
        }
    }

    private boolean isWorthWaiting() {
        if (waits == 0) {
            if (!leftOver.isThere()) {
                return false;
            }
            publications = leftOver.publications();
            leftOver.request();
        }
        waits++;
        LockSupport.parkNanos(WAIT_NANOS);
        return waits < PATIENCE && publications == leftOver.publications();
    }

    private boolean round(Database open) throws RocksDBException {
        if (!underWay) {
            open.flush();
            divide(open.files());
            from = null;
            underWay = true;
        }
        byte[] to = boundaries.poll();
        byte[] start = from;
        garbage.collectAll(open, () -> open.compact(start, to));
        from = to;
        underWay = to != null;
        return underWay;
    }

    private void divide(List<LiveFileMetaData> files) {
        boundaries.clear();
        List<byte[]> ends = files.stream()
                .map(LiveFileMetaData::largestKey)
                .sorted(Arrays::compareUnsigned)
                .toList();
        for (int i = FILES_A_ROUND; i < ends.size(); i += FILES_A_ROUND) {
            boundaries.add(ends.get(i));
        }
    }

    /** RocksDB takes no more writes after a compaction that met damage, until it is opened again. */
    private SpoolException failed(RocksDBException e) {
        if (Failures.isNoSpace(e)) {
            return new SpoolFullException(
                    "no room to compact " + database.directory() + ": " + Failures.text(e)
                            + "; free space on the volume, or remove messages",
                    e);
        }
        if (!Failures.isDamage(e)) {
            return new SpoolIoException("compacting " + database.directory() + " failed: " + Failures.text(e), e);
        }
        SpoolException damage = Failures.reading(database.directory(), null, e);
        database.stopCompacting(damage);
        try {
            database.renew(OwnedDatabase.Change.NONE);
        } catch (SpoolException | RocksDBException again) {
            damage.addSuppressed(again);
            leftOver.request(); // this commit finds it closed, and recovers it
        }
        return damage;
    }
}
