package dev.spool.rocksdb;

import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WriteBufferManager;

/**
 * The memory that the databases of one spool share: one cache, which the memtables are charged to as well, so that one number
 * bounds all of it. Any thread.
 *
 * <p>Options keep what they were given alive, so that it may be replaced, and closed, while databases are open over it. No native
 * handle is touched after its close.
 */
final class SharedMemory implements AutoCloseable {

    private final long cacheBytes;
    private final long writeBufferBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Handles handles;

    /** What is native. */
    private static final class Handles {
        private final Cache cache;
        private final WriteBufferManager writeBuffers;

        private Handles(long cacheBytes, long writeBufferBytes) {
            cache = new LRUCache(cacheBytes);
            // Without stalling: it would stop writers for memory that only they can free.
            writeBuffers = new WriteBufferManager(writeBufferBytes, cache, false);
        }

        private void close() {
            writeBuffers.close();
            cache.close();
        }
    }

    SharedMemory(long cacheBytes, long writeBufferBytes) {
        this.cacheBytes = cacheBytes;
        this.writeBufferBytes = writeBufferBytes;
        this.handles = new Handles(cacheBytes, writeBufferBytes);
    }

    /** Lets a database that is opened with {@code options} use this memory, for memtables only if it writes. */
    void giveTo(Options options, BlockBasedTableConfig table, boolean writes) {
        lock.lock();
        try {
            Handles now = handles;
            if (now == null) {
                throw new IllegalStateException("the spool is closed");
            }
            options.setTableFormatConfig(table.setBlockCache(now.cache));
            if (writes) {
                options.setWriteBufferManager(now.writeBuffers);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Begins anew with nothing cached. What is open keeps the old memory until it is opened again. */
    void renew() {
        lock.lock();
        try {
            Handles old = handles;
            if (old != null) {
                handles = new Handles(cacheBytes, writeBufferBytes);
                old.close();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Bytes in use now; 0 once closed. */
    long usedBytes() {
        lock.lock();
        try {
            Handles now = handles;
            return now == null ? 0 : now.cache.getUsage();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            Handles old = handles;
            handles = null;
            if (old != null) {
                old.close();
            }
        } finally {
            lock.unlock();
        }
    }
}
