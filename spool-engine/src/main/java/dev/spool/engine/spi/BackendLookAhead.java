package dev.spool.engine.spi;

import dev.spool.SpoolException;

/**
 * What a backend has read of a store while another process owned it. It takes no lock and writes nothing. Nothing that was read counts
 * before {@link #prepare} has found, under the lock, that it still stands there: the store that comes of it is the one that would
 * have been opened without it. Used by one thread at a time.
 */
public interface BackendLookAhead {

    /** Reads what there is to read, or what has come since the last time. */
    void refresh() throws SpoolException;

    /** As {@link BackendFactory#prepare}, reading only what has not been read, or is not the same any more. */
    PreparedBackend prepare(BackendFactory.ReadOnlyContext context) throws SpoolException;

    /** For a backend that has nothing to read ahead. */
    static BackendLookAhead none(BackendFactory factory) {
        return new BackendLookAhead() {
            @Override
            public void refresh() {}

            @Override
            public PreparedBackend prepare(BackendFactory.ReadOnlyContext context) throws SpoolException {
                return factory.prepare(context);
            }
        };
    }
}
