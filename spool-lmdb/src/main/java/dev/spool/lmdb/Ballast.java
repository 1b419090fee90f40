package dev.spool.lmdb;

import dev.spool.engine.io.Disk;
import dev.spool.engine.io.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * A file that takes room beside a log's and holds nothing. A remove writes pages anew before it gives any back, and on a volume
 * that others have filled there is none to write to: then this is deleted, and made again when there is room. Thread-safe.
 */
final class Ballast {

    private static final String NAME = "ballast";
    private static final int PIECE_BYTES = 64 << 10;

    /** More than this is free on the volume, in multiples of the ballast, before it is made again. */
    private static final int ROOM_FACTOR = 4;

    private final Disk disk;
    private final Path directory;
    private final Path file;
    private final long bytes;

    Ballast(Disk disk, Path logDirectory, long bytes) {
        this.disk = disk;
        this.directory = logDirectory;
        this.file = logDirectory.resolve(NAME);
        this.bytes = bytes;
    }

    static boolean is(Path file) {
        return file.endsWith(NAME);
    }

    long bytes() {
        return bytes;
    }

    /** Takes the room, unless it is taken already or there is not enough. */
    void take(long usableBytes) throws IOException {
        if (disk.exists(file) || usableBytes < ROOM_FACTOR * bytes) {
            return;
        }
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
        new SplittableRandom(bytes).nextBytes(piece.array()); // zeros might take no room
        boolean whole = false;
        try (DiskFile opened = disk.openForWriting(file)) {
            for (long at = 0; at < bytes; at += PIECE_BYTES) {
                opened.write(piece.clear(), at);
            }
            opened.sync();
            whole = true;
        } finally {
            if (!whole) {
                give();
            }
        }
    }

    /** @return whether there was any room to give */
    boolean give() throws IOException {
        if (!disk.exists(file)) {
            return false;
        }
        disk.delete(file);
        disk.syncDirectory(directory);
        return true;
    }
}
