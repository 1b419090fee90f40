package dev.spool.file;

/** The record types of this backend, beside those of the engine. None of them is an operation. */
final class FileRecord {

    /**
     * First record of every hot segment: the {@link Catalogue} at that moment, and the head. Stands a second time behind the
     * other records of the first batch, unless it is large for its segment.
     */
    static final byte ROLL = 16;
    /** A cold segment was opened, sealed or cut: its entry of the catalogue stands in the extensions. */
    static final byte SEGMENT = 17;
    /** The life of a segment is over, which the header tells in place of a birth revision. */
    static final byte RETIRE = 18;
    /** Targets are dead; they stand in the extensions. */
    static final byte KILL = 20;
    /** Many targets in one segment are dead: {@link KillList} as payload. Stands in two batches. */
    static final byte KILLS = 21;

    private FileRecord() {}
}
