package dev.spool.engine.spi;

import dev.spool.SpoolException;
import java.io.Closeable;
import java.util.List;

/** An open store of a backend, recovered and ready, owned by one engine. */
public interface Backend extends Closeable {

    /** The logs, one per shard, in order. */
    List<? extends LogStore> logs();

    /** Sizes as of now; cheap enough to be asked every second. */
    Usage usage();

    /** How much room there is; asked by the committer before it admits new messages. In memory only. */
    Space space();

    /**
     * Long-running work, each in a thread of its own (or stepped by a simulation): filling, compaction. Fixed at open.
     */
    List<MaintenanceStep> maintenance();

    /**
     * Does one bounded round of compaction at full speed. Called by one maintenance thread at a time, beside the
     * {@link #maintenance()} steps.
     *
     * @return true if there may be more to gain
     * @throws dev.spool.SpoolCorruptException if damage kept something from being compacted
     */
    boolean compactRound() throws SpoolException;

    /** Drops caches and flushes; signed bytes saved. */
    long adviseLowMemory();

    /** Closes files without writing anything: after a seal, or when fenced. */
    @Override
    void close() throws SpoolException;

    /** How much room there is for new messages. Removes and compaction have a reserve of their own. */
    enum Space {
        ENOUGH,
        LOW,
        FULL
    }

    /**
     * Sizes of a store.
     *
     * @param totalBytes on the volume, pool included
     * @param reclaimableBytes what compaction could give back
     * @param indexBytes heap of index and segment metadata
     * @param maxMessageBytes largest body that fits at present
     */
    record Usage(
            long totalBytes,
            long files,
            long reclaimableBytes,
            long indexBytes,
            long cacheBytes,
            long maxMessageBytes) {}
}
