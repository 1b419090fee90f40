package dev.spool.engine.spi;

import dev.spool.SpoolException;
import java.io.Closeable;
import java.util.ArrayList;
import java.util.List;

/** A sealed store that was read under its lock, before its epoch was raised: nothing is written up to {@link #open}. */
public interface PreparedBackend extends Closeable {

    /** What the logs are worth to the fingerprint, computed from what is on disk; empty if not all of them are sealed. */
    List<SealedLog> sealed();

    /** As {@link BackendFactory#open}, with what was read; called once at most, while nobody has written since. */
    Backend open(BackendContext context) throws SpoolException;

    /** Closes what {@link #open} has not taken over. Idempotent. */
    @Override
    void close() throws SpoolException;

    /** For a backend that has nothing to gain: reads what it needs, closes it, and opens from the start. */
    static PreparedBackend byReading(BackendFactory factory, BackendFactory.ReadOnlyContext context)
            throws SpoolException {
        List<SealedLog> sealed = new ArrayList<>();
        try (ReadOnlyBackend reader = factory.openReadOnly(context)) {
            for (LogReader log : reader.logs()) {
                SealedLog known = log.sealedOnDisk();
                if (known != null) {
                    sealed.add(known);
                }
            }
            if (sealed.size() < reader.logs().size()) {
                sealed.clear();
            }
        }
        List<SealedLog> found = List.copyOf(sealed);
        return new PreparedBackend() {
            @Override
            public List<SealedLog> sealed() {
                return found;
            }

            @Override
            public Backend open(BackendContext owner) throws SpoolException {
                return factory.open(owner);
            }

            @Override
            public void close() {}
        };
    }
}
