package dev.spool.engine.directory;

import dev.spool.engine.spi.LogScan;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a directory says of itself, read without taking it.
 *
 * @param identity which spool it is
 * @param epoch under which it is or was owned; 0 if not known
 * @param note the backend's note in the epoch file, read-only; empty if not known
 * @param noteStore the store that the epoch file, and so the note, belongs to; null if not known
 * @param owner who owns it or owned it last, if known
 * @param damage what is lost of the engine's own files until the next open writes them again
 * @param hints copies that fail their checksum beside one that is good; nothing is lost
 */
public record Inspection(
        IdentityFile.Found identity,
        long epoch,
        ByteBuffer note,
        @Nullable UUID noteStore,
        Optional<Owner> owner,
        List<LogScan.Damage> damage,
        List<LogScan.Damage> hints) {

    /** The note, if it is that store's; an epoch file may have come from another spool. */
    public ByteBuffer noteOf(UUID store) {
        return store.equals(noteStore) ? note : ByteBuffer.allocate(0).asReadOnlyBuffer();
    }
}
