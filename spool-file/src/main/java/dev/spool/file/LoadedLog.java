package dev.spool.file;

import dev.spool.engine.spi.Head;
import java.util.List;

/**
 * A log as read from disk.
 *
 * @param unclean whether it has to be recovered before it is served
 * @param unproven valid batches of the hot stream whose durability nothing proves, in order; they are not in the index
 * @param danglingCopies copies that compaction made and never put in place, which no record on disk says are dead
 * @param lost damage that cannot be told message by message
 */
record LoadedLog(
        SegmentFiles files,
        LocationIndex index,
        Head head,
        long nextRevision,
        long nextHotBatch,
        long nextColdBatch,
        boolean unclean,
        List<Unproven> unproven,
        List<Links.Link> danglingCopies,
        LostRanges lost) {

    /** Revisions skipped at every open, more than any number of operations that can have been cut off. */
    static final long REVISION_GAP = 1L << 24;

    /** An unproven batch and the segment it stands in. */
    record Unproven(Segment segment, SegmentScanner.FoundBatch batch) {}
}
