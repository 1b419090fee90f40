package dev.spool.file;

import org.jspecify.annotations.Nullable;

/** The two sequences of batches of a log. Each has segments of its own and counts its batches by itself. */
enum Stream {
    /** Operations, in the order of their revisions, and the records of the catalogue. */
    HOT(0),
    /** What compaction keeps: copies of live messages, and killers. */
    COLD(1);

    private final byte code;

    Stream(int code) {
        this.code = (byte) code;
    }

    /** As it stands on disk. */
    byte code() {
        return code;
    }

    /** The stream with that code, or null. */
    static @Nullable Stream of(int code) {
        return code == 0 ? HOT : code == 1 ? COLD : null;
    }
}
