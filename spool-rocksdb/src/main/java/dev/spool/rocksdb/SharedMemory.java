package dev.spool.rocksdb;

import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.WriteBufferManager;

/**
 * The memory that the databases of one spool share: one cache, which the memtables are charged to as well, so that one number
 * bounds all of it. Native; must outlive the databases that use it.
 */
final class SharedMemory implements AutoCloseable {

    private final Cache cache;
    private final WriteBufferManager writeBuffers;

    SharedMemory(long cacheBytes, long writeBufferBytes) {
        cache = new LRUCache(cacheBytes);
        // Without stalling: it would stop writers for memory that only they can free.
        writeBuffers = new WriteBufferManager(writeBufferBytes, cache, false);
    }

    Cache cache() {
        return cache;
    }

    WriteBufferManager writeBuffers() {
        return writeBuffers;
    }

    long usedBytes() {
        return cache.getUsage();
    }

    @Override
    public void close() {
        writeBuffers.close();
        cache.close();
    }
}
