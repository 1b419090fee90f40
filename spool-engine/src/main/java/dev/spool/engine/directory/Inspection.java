package dev.spool.engine.directory;

import dev.spool.engine.spi.LogScan;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * What a directory says of itself, read without taking it.
 *
 * @param identity which spool it is
 * @param epoch under which it is or was owned; 0 if not known
 * @param note the backend's note in the epoch file, read-only; empty if not known
 * @param owner who owns it or owned it last, if known
 * @param damage what is lost of the engine's own files until the next open writes them again
 * @param hints copies that fail their checksum beside one that is good; nothing is lost
 */
public record Inspection(
        IdentityFile.Found identity,
        long epoch,
        ByteBuffer note,
        Optional<Owner> owner,
        List<LogScan.Damage> damage,
        List<LogScan.Damage> hints) {}
