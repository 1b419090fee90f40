package dev.spool;

import java.util.Optional;

/**
 * A spool on its way to a new owner: the lock is held, and nothing on disk has changed yet. From {@link SpoolProvider#takeOver}.
 *
 * <p>Up to {@link #open} everything can be undone: {@link #close} gives the lock back, and the last owner may resume. By
 * {@code open} the ownership epoch is raised, durably; from there on the last owner can only open afresh. Used by one thread at
 * a time.
 */
public interface Takeover extends AutoCloseable {

    /**
     * What the last owner sealed, computed anew from what is on disk now; empty if it did not seal, or if damage keeps it from
     * being told: then {@link #open} recovers.
     */
    Optional<Drainable.SealReport> found();

    /**
     * Raises the epoch and opens the spool, as {@link SpoolProvider#open} does. Whether it works or not, the lock is no longer this
     * object's: it is the spool's, or free.
     *
     * @throws SpoolException if the spool cannot be opened; the epoch may have been raised
     */
    Spool open() throws SpoolException;

    /** Gives the lock back, unless {@link #open} was called. Changes nothing else. Idempotent. */
    @Override
    void close() throws SpoolException;
}
