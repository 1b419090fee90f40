package dev.spool.lmdb;

import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.engine.io.Disk;
import dev.spool.engine.io.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Where files go that may hold what the log in use does not: {@code DIR/quarantine}, each with the epoch of the owner who put it there
 * in front of its name. Nothing here deletes them.
 */
final class Quarantine {

    static final String NAME = "quarantine";
    private static final int PIECE_BYTES = 1 << 20;

    private final Disk disk;
    private final Path directory;
    private final long epoch;

    Quarantine(Disk disk, Path spool, long epoch) {
        this.disk = disk;
        this.directory = spool.resolve(NAME);
        this.epoch = epoch;
    }

    /** Copies a file; the copy is durable when this returns. */
    void copy(Path log, Generation generation) throws SpoolException {
        Path source = generation.file(log);
        try {
            disk.createDirectories(directory);
            try (DiskFile from = disk.openForReading(source);
                    DiskFile to = disk.openForWriting(place(log, source))) {
                ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
                long at = 0;
                while (from.read(piece.clear(), at) > 0) {
                    int bytes = piece.position();
                    to.write(piece.flip(), at);
                    at += bytes;
                }
                to.sync();
            }
            disk.syncDirectory(directory);
        } catch (IOException e) {
            throw new SpoolIoException(
                    "copying " + source + " to " + directory + " failed: " + e.getMessage() + "; nothing was changed",
                    e);
        }
    }

    /** Moves what is older than {@code newest}: where that was put back, the right file may be among them. */
    void moveOlder(Path log, Generation newest) throws SpoolException {
        try {
            for (Generation other : Generation.all(disk, log)) {
                if (other.compareTo(newest) < 0) {
                    Path file = other.file(log);
                    disk.createDirectories(directory);
                    disk.rename(file, place(log, file));
                    disk.syncDirectory(directory);
                }
            }
        } catch (IOException e) {
            throw new SpoolIoException("moving files of " + log + " to " + directory + " failed: " + e, e);
        }
    }

    private Path place(Path log, Path file) {
        return directory.resolve(epoch + "-" + log.getFileName() + "-" + file.getFileName());
    }
}
