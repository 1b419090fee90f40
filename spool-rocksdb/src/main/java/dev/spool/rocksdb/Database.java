package dev.spool.rocksdb;

import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolLockedException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.CompactRangeOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.MutableColumnFamilyOptions;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * One open database and every native handle that belongs to it. Any thread may read; nobody may use it once it is closed, which
 * its holders see to.
 */
final class Database implements AutoCloseable {

    private final Path directory;
    private final DatabaseOptions options;
    private final RocksDB db;
    private final ReadOptions reads = new ReadOptions();
    private final ReadOptions scans = new ReadOptions().setFillCache(false);
    private final WriteOptions synced = new WriteOptions().setSync(true);
    private final WriteOptions unsynced = new WriteOptions();
    private final CompactRangeOptions compaction = new CompactRangeOptions()
            .setBottommostLevelCompaction(CompactRangeOptions.BottommostLevelCompaction.kForce)
            .setExclusiveManualCompaction(false);

    private final boolean readOnly;
    private volatile double collectedPart;

    private Database(Path directory, boolean readOnly, DatabaseOptions options, RocksDB db) {
        this.directory = directory;
        this.readOnly = readOnly;
        this.options = options;
        this.db = db;
    }

    /** How a database is opened. */
    private interface Opening {
        RocksDB open() throws RocksDBException;
    }

    /** Opens for writing, alone; takes the options over. */
    static Database open(Path directory, DatabaseOptions options) throws SpoolException {
        if (DirectWrites.work(directory)) {
            options.writeDirectly();
        }
        return open(directory, false, options, () -> RocksDB.open(options.options(), directory.toString()));
    }

    /** Opens for reading, as it stands now; writes nothing, takes no lock, takes the options over. */
    static Database openReadOnly(Path directory, DatabaseOptions options) throws SpoolException {
        return open(directory, true, options, () -> RocksDB.openReadOnly(options.options(), directory.toString()));
    }

    private static Database open(Path directory, boolean readOnly, DatabaseOptions options, Opening opening)
            throws SpoolException {
        try {
            return new Database(directory, readOnly, options, opening.open());
        } catch (RocksDBException e) {
            options.close();
            if (Failures.isLocked(e)) {
                throw new SpoolLockedException(
                        directory + " is still open elsewhere, as RocksDB's own lock tells: " + Failures.text(e)
                                + "; close it there, or wait until that process has ended",
                        "unknown");
            }
            throw Failures.reading(directory, null, e);
        }
    }

    Path directory() {
        return directory;
    }

    byte @Nullable [] get(byte[] key) throws RocksDBException {
        return readOnly ? seek(key) : db.get(reads, key);
    }

    /** RocksDB 11.8.1 opened for reading does not find values in blob files by {@code get}, and says they do not exist. */
    private byte @Nullable [] seek(byte[] key) throws RocksDBException {
        try (RocksIterator iterator = db.newIterator(reads)) {
            iterator.seek(key);
            boolean found = iterator.isValid() && Arrays.equals(iterator.key(), key);
            byte[] value = found ? iterator.value() : null;
            iterator.status();
            return value;
        }
    }

    /** False if there is certainly no such key. In memory only. */
    boolean mayHold(byte[] key) {
        return db.keyMayExist(key, null);
    }

    /** An iterator for a few steps; the caller closes it. */
    RocksIterator iterator() {
        return db.newIterator(scans);
    }

    void write(WriteBatch batch, boolean sync) throws RocksDBException {
        db.write(sync ? synced : unsynced, batch);
    }

    void syncLog() throws RocksDBException {
        db.syncWal();
    }

    void flush() throws RocksDBException {
        try (FlushOptions wait = new FlushOptions().setWaitForFlush(true).setAllowWriteStall(true)) {
            db.flush(wait);
        }
    }

    /** Which part of the blob files, from the oldest on, compaction may empty and delete; 0 for none. Until it is opened again. */
    void collectBlobs(double part) throws RocksDBException {
        collectedPart = part; // even if it fails: RocksDB writes its options down after it has taken them
        db.setOptions(MutableColumnFamilyOptions.builder()
                .setEnableBlobGarbageCollection(part > 0)
                .setBlobGarbageCollectionAgeCutoff(part)
                .build());
    }

    /** What {@link #collectBlobs} was told last; 0 before. */
    double collectedPart() {
        return collectedPart;
    }

    /** Bytes of the blob files that are in use. */
    long blobBytes() throws RocksDBException {
        return db.getLongProperty("rocksdb.live-blob-file-size");
    }

    /** Bytes in blob files that compaction has found to be dead. A blob file that is dead as a whole is gone already. */
    long blobGarbageBytes() throws RocksDBException {
        return db.getLongProperty("rocksdb.live-blob-file-garbage-size");
    }

    /** Compacts a range of keys down to the last level; null is the beginning or the end. */
    void compact(byte @Nullable [] from, byte @Nullable [] to) throws RocksDBException {
        db.compactRange(null, from, to, compaction);
    }

    /** Makes every {@link #compact}, also one that is running, fail as interrupted until {@link #allowCompaction}. */
    void interruptCompaction() {
        compaction.setCanceled(true);
    }

    void allowCompaction() {
        compaction.setCanceled(false);
    }

    /** The files of the tree, without blob files and logs. */
    List<LiveFileMetaData> files() {
        return db.getLiveFilesMetaData();
    }

    /** Names of all files that belong to it, blob files too, logs not. */
    List<String> fileNames() throws RocksDBException {
        return db.getLiveFiles(false).files;
    }

    void verifyChecksums() throws RocksDBException {
        db.verifyChecksum();
    }

    long memtableBytes() {
        try {
            return db.getLongProperty("rocksdb.size-all-mem-tables");
        } catch (RocksDBException e) {
            return 0; // a figure for the operator only
        }
    }

    /** A value of a message, or the error that says what is wrong with it. */
    byte @Nullable [] get(byte[] key, SpoolId id) throws SpoolException {
        try {
            return get(key);
        } catch (RocksDBException e) {
            throw Failures.reading(directory, id, e);
        }
    }

    /** What identifies a value in an error. */
    String at(byte[] key) {
        return at(directory, key);
    }

    static String at(Path directory, byte[] key) {
        return directory + " key " + HexFormat.of().formatHex(key);
    }

    @Override
    public void close() {
        reads.close();
        scans.close();
        unsynced.close();
        synced.close();
        db.cancelAllBackgroundWork(true);
        db.close();
        compaction.close();
        options.close();
    }
}
