package dev.spool.engine.spi;

import dev.spool.SpoolException;
import dev.spool.SpoolId;
import org.jspecify.annotations.Nullable;

/** The reading side of one log. All methods may be called from any thread, beside commits and compaction. */
public interface LogReader {

    /**
     * Reads the newest committed version of a message and verifies every checksum on the way.
     *
     * @param withBody read the body as well
     * @return null if there is no such message
     * @throws dev.spool.SpoolCorruptException if the newest version is damaged; never an older one instead
     */
    @Nullable
    StoredMessage read(SpoolId id, boolean withBody) throws SpoolException;

    /** Starts a scan with the guarantees of {@link dev.spool.SpoolReader#enumerate}. */
    LogScan scan();

    /**
     * The head as recovered at open; the engine's committer advances it after {@link LogStore#publish}, the log itself never
     * does. For a read-only log, the head as last read.
     */
    Head head();

    /**
     * What {@link LogStore#seal} returned, computed anew from what is on disk; null if the log is not sealed, or damage keeps it
     * from being told. Asked only of a read-only log whose owner recorded a clean end, while nobody else can write.
     */
    default @Nullable SealedLog sealedOnDisk() throws SpoolException {
        return null;
    }
}
