package dev.spool.file;

import dev.spool.engine.io.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Writes the blocks of a file for the first time. */
final class Zeros {

    /** The most that is written at once. */
    static final int PIECE_BYTES = 1 << 20;

    private static final ByteBuffer ZEROS =
            ByteBuffer.allocateDirect(PIECE_BYTES).asReadOnlyBuffer();

    private Zeros() {}

    /** Writes zeros from {@code from} up to {@code to}; unsynced. */
    static void write(DiskFile file, long from, long to) throws IOException {
        for (long at = from; at < to; at += PIECE_BYTES) {
            file.write(ZEROS.duplicate().limit((int) Math.min(PIECE_BYTES, to - at)), at);
        }
    }
}
