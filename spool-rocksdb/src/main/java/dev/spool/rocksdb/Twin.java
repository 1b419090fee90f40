package dev.spool.rocksdb;

import dev.spool.SpoolIoException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * A second directory with the files of a database, in which RocksDB can be opened for writing without a change to the first. Files
 * that never change have one more name there; the others are copied.
 *
 * <p>What is opened for reading only is read by iterators, which look into every file that may hold the next key; a damaged block
 * in one of them hides what is intact in others. An owner's reads ask each file's filter first, and meet damage only where it is.
 */
final class Twin implements AutoCloseable {

    private final Path directory;

    private Twin(Path directory) {
        this.directory = directory;
    }

    /**
     * Makes it anew, without logs of other stores. {@link #close} removes it, and so does the next one made of the same database if that
     * did not happen.
     */
    static Twin of(Path database, UUID store) throws SpoolIoException {
        Twin twin = left(database);
        try {
            twin.delete();
            Files.createDirectory(twin.directory);
            try (DirectoryStream<Path> files = Files.newDirectoryStream(database)) {
                for (Path file : files) {
                    twin.add(file);
                }
            }
            Optional<ForeignLog> foreign = ForeignLog.in(twin.directory, store);
            while (foreign.isPresent()) {
                Files.delete(foreign.get().file());
                foreign = ForeignLog.in(twin.directory, store);
            }
            return twin;
        } catch (IOException e) {
            twin.close();
            throw new SpoolIoException("making " + twin.directory + " failed: " + e + "; run the repair again", e);
        }
    }

    /** The one that an interrupted repair may have left: to be closed. */
    static Twin left(Path database) {
        return new Twin(database.resolveSibling(database.getFileName() + ".twin"));
    }

    private void add(Path file) throws IOException {
        String name = file.getFileName().toString();
        Path to = directory.resolve(name);
        if (name.endsWith(".sst") || name.endsWith(".blob")) {
            try {
                Files.createLink(to, file);
                return;
            } catch (UnsupportedOperationException | IOException e) {
                // a filesystem without links
            }
        }
        boolean tellsOnly = name.equals("LOCK") || name.startsWith("LOG"); // RocksDB's own lock and diary
        if (!tellsOnly && Files.isRegularFile(file)) {
            Files.copy(file, to);
        }
    }

    Path directory() {
        return directory;
    }

    /** @throws SpoolIoException if it cannot be removed; it holds nothing that is not elsewhere */
    @Override
    public void close() throws SpoolIoException {
        try {
            delete();
        } catch (IOException e) {
            throw new SpoolIoException("removing " + directory + " failed: " + e + "; remove it by hand", e);
        }
    }

    private void delete() throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
