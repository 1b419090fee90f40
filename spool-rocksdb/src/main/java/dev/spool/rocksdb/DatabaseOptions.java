package dev.spool.rocksdb;

import java.util.List;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompressionType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.Options;
import org.rocksdb.TablePropertiesCollectorFactory;
import org.rocksdb.WALRecoveryMode;

/** The options of one open database. Native; closed after the database. */
final class DatabaseOptions implements AutoCloseable {

    /** Values from this size on go to blob files, and are not written again by each compaction of their keys. */
    private static final long MIN_BLOB_BYTES = 512;

    private static final int RECYCLED_LOGS = 1;

    /**
     * Flushed files at which writers are slowed down, and stopped, so that compaction catches up. More than RocksDB's own, because
     * compaction gives way to writers, and has little to do: a file holds keys, and of bodies the small ones alone.
     */
    private static final int FILES_SLOW = 32;

    private static final int FILES_STOP = 64;

    /** Of one database; files beyond it are opened when they are read. A large spool has more files than a process may open. */
    private static final int OPEN_FILES_MAX = 512;

    private static final int TOMBSTONE_WINDOW = 512;

    private final Options options = new Options();
    private final BloomFilter filter = new BloomFilter(10, false);
    private final TablePropertiesCollectorFactory tombstones =
            TablePropertiesCollectorFactory.NewCompactOnDeletionCollectorFactory(
                    TOMBSTONE_WINDOW, TOMBSTONE_WINDOW / 2, 0.3);

    private DatabaseOptions(SharedMemory memory, boolean writes) {
        BlockBasedTableConfig table = new BlockBasedTableConfig()
                .setCacheIndexAndFilterBlocks(true)
                .setPinL0FilterAndIndexBlocksInCache(true)
                .setFilterPolicy(filter)
                .setWholeKeyFiltering(true)
                .setFormatVersion(5);
        boolean complete = false;
        try {
            memory.giveTo(options, table, writes);
            complete = true;
        } finally {
            if (!complete) {
                close();
            }
        }
        options.setParanoidChecks(true).setEnableBlobFiles(true).setMaxOpenFiles(OPEN_FILES_MAX);
        options.setInfoLogLevel(InfoLogLevel.WARN_LEVEL).setKeepLogFileNum(2).setMaxLogFileSize(256 << 10);
        options.setStatsDumpPeriodSec(0).setStatsPersistPeriodSec(0);
    }

    static DatabaseOptions forReading(SharedMemory memory) {
        return new DatabaseOptions(memory, false);
    }

    /** @param compacting whether RocksDB compacts by itself; it must not where that would meet known damage again and again */
    static DatabaseOptions forWriting(SharedMemory memory, long writeBufferBytes, boolean create, boolean compacting) {
        DatabaseOptions made = new DatabaseOptions(memory, true);
        Options options = made.options;
        options.setCreateIfMissing(create)
                .setErrorIfExists(create)
                .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
                .setRecycleLogFileNum(RECYCLED_LOGS)
                // What recovery read from a log, perhaps from the page cache alone after a failed sync, goes to a
                // synced file.
                .setAvoidFlushDuringRecovery(false)
                .setWriteBufferSize(writeBufferBytes)
                .setMaxWriteBufferNumber(Sizes.WRITE_BUFFERS)
                .setMemtableWholeKeyFiltering(true)
                .setMemtablePrefixBloomSizeRatio(0.02)
                .setMaxBytesForLevelBase(4 * writeBufferBytes)
                .setTargetFileSizeBase(Math.max(256 << 10, writeBufferBytes / 4))
                .setCompressionType(CompressionType.NO_COMPRESSION)
                .setBlobCompressionType(CompressionType.NO_COMPRESSION)
                .setMinBlobSize(MIN_BLOB_BYTES)
                .setBlobFileSize(4 * writeBufferBytes)
                // Otherwise every compaction moves what is alive in the older blob files, be there garbage or not: see
                // GarbageCollector.
                .setEnableBlobGarbageCollection(false)
                .setBlobGarbageCollectionForceThreshold(0.5)
                .setLevel0SlowdownWritesTrigger(FILES_SLOW)
                .setLevel0StopWritesTrigger(FILES_STOP)
                .setBytesPerSync(1 << 20)
                .setManifestPreallocationSize(64 << 10)
                .setMaxManifestFileSize(Math.max(64 << 10, writeBufferBytes / 8))
                .setMaxBackgroundJobs(2)
                .setDisableAutoCompactions(!compacting);
        options.setTablePropertiesCollectorFactory(List.of(made.tombstones));
        return made;
    }

    Options options() {
        return options;
    }

    /** Writes files of the tree and blob files past the page cache, which the write-ahead log then has to itself. */
    void writeDirectly() {
        options.setUseDirectIoForFlushAndCompaction(true);
    }

    /** Opens also where files are missing or cut short, as far as the rest goes. For salvage. */
    DatabaseOptions lenient() {
        options.setParanoidChecks(false);
        return this;
    }

    @Override
    public void close() {
        options.close();
        tombstones.close();
        filter.close();
    }
}
