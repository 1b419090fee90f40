package dev.spool;

/**
 * A look at a spool that another process owns, before it is taken over: most of what a takeover reads does not change any more, and
 * reading it beforehand shortens the time in which nobody owns the spool. From {@link SpoolProvider#lookAhead}.
 *
 * <p>It takes no lock and writes nothing. Nothing that it read is trusted: {@link #takeOver} finds out, under the lock, what of it
 * still stands there, and reads the rest. What it finds and opens is what {@link SpoolProvider#takeOver} would have found and
 * opened, but for what was damaged after it was read. Until then it holds memory: on the file backend the index, and up to an
 * eighth of the heap. Used by one thread at a time.
 */
public interface LookAhead {

    /** Takes in what has changed since the last time. May be called again and again, also after a failure. */
    void refresh() throws SpoolException;

    /**
     * As {@link SpoolProvider#takeOver}, reading only what has changed. What was read serves for one, and is let go even if that
     * one fails or has no use for it.
     */
    Takeover takeOver() throws SpoolException;
}
