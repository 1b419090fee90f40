package dev.spool.file;

import dev.spool.SpoolId;
import java.util.List;

/**
 * What one round of compaction asks of the committer. The copies are on disk and proven; the committer then, in this order:
 * names the cold segments they are in (with the next batch), points the index at those copies whose originals are still
 * current, makes the others dead, and retires the victims (with the batch after).
 *
 * @param segments cold segments that were opened, sealed or cut in this round, to be named in the catalogue
 * @param swaps the copies
 * @param victims segments without anything live once the swaps are done
 */
record Relocation(List<Segment> segments, List<Swap> swaps, List<Segment> victims) {

    /**
     * A copy that is to take the place of its original.
     *
     * @param original location of the newest record
     * @param copies locations of the copy's records; the last one is the message
     * @param dead locations of the records that are dead once it is in place
     */
    record Swap(SpoolId id, long original, List<Long> copies, List<Long> dead) {

        long copy() {
            return copies.get(copies.size() - 1);
        }
    }

    /** How far the committer has come. */
    enum State {
        COPIED,
        NAMED,
        SWAPPED,
        RETIRED
    }
}
