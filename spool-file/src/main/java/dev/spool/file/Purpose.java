package dev.spool.file;

/**
 * What a segment is taken for, and how much of the reserve must be left when it is. So the last room goes to what gives room back:
 * however full it is, a log can be recovered, tell what compaction did, and get rid of what removes have left.
 */
enum Purpose {
    /** Stores, updates and removes; stores have stopped earlier. */
    OPERATIONS(3),
    /** Messages that compaction copies. */
    COPIES(3),
    /** Killers that compaction carries on. */
    KILLERS(2),
    /** Batches of the hot stream that tell only of compaction, or prove one. */
    CATALOGUE(1),
    RECOVERY(0);

    /** Segments that the reserve has for those that may take it to its end. */
    static final int RESERVED_SEGMENTS = OPERATIONS.segmentsLeft;

    private final int segmentsLeft;

    Purpose(int segmentsLeft) {
        this.segmentsLeft = segmentsLeft;
    }

    /** Smallest segments that must be left. */
    int segmentsLeft() {
        return segmentsLeft;
    }
}
