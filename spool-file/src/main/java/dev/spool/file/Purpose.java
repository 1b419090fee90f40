package dev.spool.file;

/**
 * What a segment is taken for, and how much of the reserve must be left when it is. So the last room goes to what gives room back:
 * however full it is, a log can be recovered, tell what compaction did, and get rid of what removes have left.
 */
enum Purpose {
    /** Stores, updates and removes; stores have stopped earlier. */
    OPERATIONS(6),
    /** Messages that compaction copies: a few, so that segments that are dead in part can be emptied. */
    COPIES(4),
    /** Killers that compaction carries on; with them alone, segments without anything live are freed. */
    KILLERS(3),
    /** Batches of the hot stream that tell only of compaction: one names, one retires, and each may need a segment. */
    CATALOGUE(1),
    RECOVERY(0);

    private final int segmentsLeft;

    Purpose(int segmentsLeft) {
        this.segmentsLeft = segmentsLeft;
    }

    /** Smallest segments that must be left. */
    int segmentsLeft() {
        return segmentsLeft;
    }
}
