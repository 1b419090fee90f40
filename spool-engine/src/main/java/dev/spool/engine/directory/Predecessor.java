package dev.spool.engine.directory;

/** What is known of whoever owned a directory before. */
public enum Predecessor {
    /** There was none: the spool is new. */
    NONE,
    /** It sealed everything and released the directory. */
    RELEASED,
    /** It did not, and certainly runs no longer. */
    DEAD,
    /** It did not, or nothing is known of it; it may still write, so write to new files only. */
    UNKNOWN
}
