package dev.spool.engine.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one narrow seam between the spool and storage: everything that touches files goes through it, so that a simulated disk
 * can lose, tear and refuse what a real one may.
 *
 * <p>Names are separate from contents: creating, renaming or deleting a file is durable only after {@link #syncDirectory} of
 * its directory, and writing to one only after {@link DiskFile#sync}. Files are made with mode 0600, directories with 0700,
 * where the platform knows modes.
 */
public interface Disk {

    /**
     * Opens an existing file for reading. Reads may be issued by any thread; an interrupt of the reader harms nobody: its
     * flag is kept, and the read is completed.
     *
     * @throws java.nio.file.NoSuchFileException if there is none
     */
    DiskFile openForReading(Path file) throws IOException;

    /** Opens a file for reading and writing, by threads that the engine owns and nobody interrupts; creates it if missing. */
    DiskFile openForWriting(Path file) throws IOException;

    boolean exists(Path path) throws IOException;

    /** The entries of a directory as {@code directory.resolve(name)}, sorted by name; empty if it does not exist. */
    List<Path> list(Path directory) throws IOException;

    /**
     * Creates a directory and its parents as far as they are missing, and makes their names durable; also the name of the
     * deepest one that was there, because whoever made it may have died before its sync.
     */
    void createDirectories(Path directory) throws IOException;

    /**
     * Deletes a file.
     *
     * @throws java.nio.file.NoSuchFileException if there is none
     */
    void delete(Path file) throws IOException;

    /** Renames atomically, replacing {@code target}. */
    void rename(Path source, Path target) throws IOException;

    /** Makes the names in a directory durable. */
    void syncDirectory(Path directory) throws IOException;

    /** Bytes this process may still write to the volume of {@code directory}, which need not exist yet. */
    long usableBytes(Path directory) throws IOException;

    /** Size in bytes of the volume of {@code directory}, which need not exist yet. */
    long totalBytes(Path directory) throws IOException;

    /**
     * The type of the filesystem of {@code directory}, which need not exist yet, as the platform names it, in lower case, such
     * as {@code ext4} or {@code nfs4}.
     */
    String filesystemType(Path directory) throws IOException;

    /**
     * Takes the exclusive lock of the whole file, creating it if missing, and keeps one channel open for it. At once: does not
     * wait for a holder.
     *
     * @return the lock, or null if it is held
     */
    @Nullable
    DiskLock tryLock(Path file) throws IOException;

    /**
     * What tells a file or directory from every other on this machine, by whatever path it is reached, for as long as it
     * exists.
     *
     * @throws java.nio.file.NoSuchFileException if there is none
     */
    String fileKey(Path path) throws IOException;

    /**
     * A concurrent map that everything in this process shares, whatever class loader it comes from: the system properties, so
     * keys and values are plain strings. A simulated process brings its own.
     */
    default Map<Object, Object> processMap() {
        return System.getProperties();
    }
}
