package dev.spool.rocksdb;

import dev.spool.SpoolIoException;
import dev.spool.SpoolOptions;
import dev.spool.engine.io.Disk;
import java.io.IOException;
import java.nio.file.Path;

/**
 * How large everything is, derived from the memory budget and the room that the spool may take.
 *
 * @param volumeBytes the volume, or the part of it that the spool may take
 * @param writeBufferBytes size of a memtable, and so of a write-ahead log; of each shard
 * @param cacheBytes block cache of all shards together, memtables included
 */
record Sizes(long volumeBytes, long writeBufferBytes, long cacheBytes) {

    /** Memtables that a shard may have at once: one that is filled, the others on their way to disk. */
    static final int WRITE_BUFFERS = 3;

    private static final long WRITE_BUFFER_MIN = 64 << 10;

    /** Any volume of half a GiB has room for it; larger ones only take larger volumes. */
    private static final long WRITE_BUFFER_COMMON = 16 << 20;

    private static final long CACHE_MIN = 512 << 10;

    static Sizes of(SpoolOptions options, int shards, Disk disk, Path directory) throws SpoolIoException {
        long volume;
        try {
            volume =
                    Math.min(disk.totalBytes(directory), options.maxTotalBytes().orElse(Long.MAX_VALUE));
        } catch (IOException e) {
            throw new SpoolIoException("asking for the size of the volume of " + directory + " failed: " + e, e);
        }
        // Half of the budget is the engine's, for messages.
        long budget = options.memoryBudgetBytes() / 2;
        long wanted = Math.min(budget / 4 * 3 / shards / WRITE_BUFFERS, options.segmentBytesMax());
        long fitting = Math.min(wanted, roomFor(volume / shards));
        long writeBuffer = rounded(Math.max(WRITE_BUFFER_MIN, fitting));
        long memtables = writeBuffer * WRITE_BUFFERS * shards;
        return new Sizes(volume, writeBuffer, memtables + Math.max(CACHE_MIN, budget - memtables));
    }

    /** A memtable, for a volume: what is kept free and what logs take are multiples of it. */
    private static long roomFor(long volume) {
        return Math.max(Math.min(volume / 32, WRITE_BUFFER_COMMON), volume / 128);
    }

    private static long rounded(long bytes) {
        return bytes < 1 << 20 ? Long.highestOneBit(bytes) : bytes >> 20 << 20;
    }

    /** Garbage in blob files that is never worth being collected. */
    long garbageBytesLeast() {
        return 4 * writeBufferBytes;
    }

    /** Longest part of a body: a batch of some of them, by which a memtable may exceed its size, is a quarter of a memtable. */
    int chunkBytesMax() {
        return (int) Math.max(64 << 10, Math.min(1 << 20, writeBufferBytes / 16));
    }

    int batchBytesMax() {
        return 4 * chunkBytesMax();
    }

    /** Room that new messages must leave, of the whole volume: logs, memtables on their way, and a compaction that keeps up. */
    long reserveBytes(int shards) {
        return Math.min(volumeBytes / 10 * 6, 24 * writeBufferBytes * shards);
    }
}
