package dev.spool.engine.directory;

import dev.spool.SpoolException;
import dev.spool.engine.io.Disk;
import dev.spool.engine.io.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Where files go before something takes their place that may hold less: {@code DIR/quarantine}, each under its path in the spool with
 * an epoch in front, as {@code 7-shard-00-00000001.seg}. Nothing here replaces or deletes a file, and no open reads one.
 */
public final class Quarantine {

    private static final String NAME = "quarantine";
    private static final int PIECE_BYTES = 1 << 20;

    private final Disk disk;
    private final Path spool;
    private final Path directory;
    private final long epoch;

    /** @param epoch of the owner who puts files there, or the last one known if nobody owns the spool */
    public Quarantine(Disk disk, Path spool, long epoch) {
        this.disk = disk;
        this.spool = spool;
        this.directory = spool.resolve(NAME);
        this.epoch = epoch;
    }

    /** How many entries it has: files, and databases that are directories. */
    public long count() throws SpoolException {
        return Io.uninterrupted("read", directory, () -> disk.list(directory)).stream()
                .filter(file -> !file.toString().endsWith(Layout.TEMPORARY))
                .count();
    }

    /** Copies a file of the spool, if it is there; the copy is durable when this returns. */
    public void copy(Path file) throws SpoolException {
        if (Io.uninterrupted("look at", file, () -> disk.exists(file))) {
            Path copy = place(file);
            Path unfinished = copy.resolveSibling(copy.getFileName() + Layout.TEMPORARY);
            Io.run("keep, as " + copy + ",", file, () -> write(file, unfinished));
            Io.run("rename to " + copy, unfinished, () -> disk.rename(unfinished, copy));
            Io.run("sync the directory of", copy, () -> disk.syncDirectory(directory));
        }
    }

    /** Moves a file or directory of the spool; the move is durable when this returns. */
    public void move(Path file) throws SpoolException {
        Path place = place(file);
        Io.run("move to " + place, file, () -> disk.rename(file, place));
        Io.run("sync the directories of " + place + " and", file, () -> {
            disk.syncDirectory(directory);
            disk.syncDirectory(Objects.requireNonNull(file.getParent()));
        });
    }

    private void write(Path source, Path target) throws IOException {
        try (DiskFile from = disk.openForReading(source);
                DiskFile to = disk.openForWriting(target)) {
            to.truncate(0);
            ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
            long at = 0;
            while (from.read(piece.clear(), at) > 0) {
                int bytes = piece.position();
                to.write(piece.flip(), at);
                at += bytes;
            }
            to.sync();
        }
    }

    /** A name there that nothing has: where the epoch file is lost, two repairs may know of the same epoch. */
    private Path place(Path file) throws SpoolException {
        return Io.uninterrupted("create", directory, () -> {
            disk.createDirectories(directory);
            return freeName(file);
        });
    }

    private Path freeName(Path file) throws IOException {
        StringBuilder name = new StringBuilder().append(epoch);
        spool.relativize(file).forEach(part -> name.append('-').append(part));
        Path place = directory.resolve(name.toString());
        for (int other = 2; disk.exists(place); other++) {
            place = directory.resolve(name + "-" + other);
        }
        return place;
    }
}
