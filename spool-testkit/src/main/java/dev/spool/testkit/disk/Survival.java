package dev.spool.testkit.disk;

/** What a power cut leaves of the writes and names that were not synced. */
public enum Survival {
    /** Everything, as if all had been written back just in time. */
    KEPT,
    /** Nothing. */
    LOST,
    /**
     * By seed. Every write by itself is kept, lost, or torn at sectors of 512 bytes, and every creation, renaming and deletion
     * of a name by itself is kept or lost; now and then all or nothing is.
     */
    RANDOM
}
