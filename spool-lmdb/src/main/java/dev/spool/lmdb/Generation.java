package dev.spool.lmdb;

import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.engine.directory.Quarantine;
import dev.spool.engine.io.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One of the files that a log has lived in: compaction makes a next one, and so does an owner whose predecessor may not know yet
 * that it is none. The newest counts; names are never used twice.
 *
 * @param epoch the ownership under which it was made
 * @param serial counts within the epoch
 */
record Generation(long epoch, int serial) implements Comparable<Generation> {

    private static final Pattern NAME = Pattern.compile("messages-([0-9a-f]{16})-([0-9a-f]{8})\\.mdb(\\.new|-lock)?");
    private static final String UNFINISHED = ".new";

    /** The directory of a log. */
    static Path directory(Path spool, int log) {
        return spool.resolve(String.format("lmdb-%02d", log));
    }

    /** Whether a file is the table of readers of another one, which reading changes. */
    static boolean isReaderTable(Path file) {
        return file.toString().endsWith(".mdb-lock");
    }

    Path file(Path directory) {
        return directory.resolve(String.format("messages-%016x-%08x.mdb", epoch, serial));
    }

    /** Where it is written before it counts. */
    Path unfinished(Path directory) {
        return Path.of(file(directory) + UNFINISHED);
    }

    /** The one after this, of an owner. */
    Generation next(long ownersEpoch) {
        return ownersEpoch > epoch ? new Generation(ownersEpoch, 0) : new Generation(epoch, serial + 1);
    }

    /** The newest one in a log's directory. */
    static Optional<Generation> newest(Disk disk, Path directory) throws SpoolException {
        return all(disk, directory).stream().max(Generation::compareTo);
    }

    /**
     * Deletes everything older than {@code newest}, and what was never finished; but nothing of a successor's, who may be about
     * to make a next file while this owner has not noticed yet that it is none any more.
     *
     * @param ownersEpoch of the owner that asks for it
     */
    static void deleteOthers(Disk disk, Path directory, Generation newest, long ownersEpoch) throws SpoolException {
        try {
            for (Path file : disk.list(directory)) {
                Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
                if (name.matches()) {
                    Generation generation = of(name);
                    boolean abandoned = UNFINISHED.equals(name.group(3))
                            && Long.compareUnsigned(generation.epoch, ownersEpoch) <= 0;
                    if (abandoned || generation.compareTo(newest) < 0) {
                        disk.delete(file);
                    }
                }
            }
            disk.syncDirectory(directory);
        } catch (IOException e) {
            throw new SpoolIoException("deleting old files of " + directory + " failed: " + e.getMessage(), e);
        }
    }

    /** Moves what is older than {@code newest} to quarantine: where that was put back, the right file may be among them. */
    static void moveOlder(Disk disk, Path directory, Generation newest, Quarantine quarantine) throws SpoolException {
        for (Generation other : all(disk, directory)) {
            if (other.compareTo(newest) < 0) {
                quarantine.move(other.file(directory));
            }
        }
    }

    static List<Generation> all(Disk disk, Path directory) throws SpoolException {
        try {
            return disk.list(directory).stream()
                    .map(file -> NAME.matcher(String.valueOf(file.getFileName())))
                    .filter(name -> name.matches() && name.group(3) == null)
                    .map(Generation::of)
                    .toList();
        } catch (IOException e) {
            throw new SpoolIoException("listing " + directory + " failed: " + e.getMessage(), e);
        }
    }

    private static Generation of(Matcher name) {
        return new Generation(Long.parseUnsignedLong(name.group(1), 16), Integer.parseUnsignedInt(name.group(2), 16));
    }

    @Override
    public int compareTo(Generation other) {
        int byEpoch = Long.compareUnsigned(epoch, other.epoch);
        return byEpoch != 0 ? byEpoch : Integer.compareUnsigned(serial, other.serial);
    }
}
