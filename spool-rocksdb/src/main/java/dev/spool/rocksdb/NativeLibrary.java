package dev.spool.rocksdb;

import dev.spool.SpoolIoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.rocksdb.Env;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.Priority;
import org.rocksdb.RocksDB;

/**
 * Loads RocksDB's native library once, by a name of its own each time, so that several class loaders of one process can each have
 * it. Must succeed before any other class of RocksDB is touched: RocksDB's own loader waits for ever once it has failed.
 */
final class NativeLibrary {

    private static boolean loaded;

    private NativeLibrary() {}

    /**
     * Loads the library if it is not there yet.
     *
     * @param directory where it is unpacked; empty for {@code ROCKSDB_SHAREDLIB_DIR}, else the directory for temporary files
     * @throws SpoolIoException if it cannot be loaded; another directory may be tried then
     */
    static synchronized void load(Optional<Path> directory) throws SpoolIoException {
        if (loaded) {
            return;
        }
        Path parent = directory.orElseGet(NativeLibrary::defaultDirectory);
        try {
            load(Files.createTempDirectory(Files.createDirectories(parent), "spool-rocksdb"));
            loaded = true;
        } catch (IOException e) {
            throw new SpoolIoException(
                    "RocksDB's native library cannot be unpacked in " + parent + ": " + e
                            + "; set the option nativeDirectory to a directory that can be written",
                    e);
        } catch (LinkageError | RuntimeException e) {
            String why = "RocksDB's native library cannot be loaded on " + System.getProperty("os.name") + " "
                    + System.getProperty("os.arch") + " from " + parent + ": " + e.getMessage()
                    + "; if that directory is mounted noexec, set the option nativeDirectory to another;"
                    + " on Alpine install libstdc++; else use the backend file, which has no native library";
            throw new SpoolIoException(why, e);
        }
    }

    private static void load(Path unpacked) throws IOException {
        try {
            NativeLibraryLoader.getInstance().loadLibrary(unpacked.toString());
            RocksDB.loadLibrary();
            // A commit that wakes up from its sync would wait for a compaction's turn on the processor to end.
            Env.getDefault().lowerThreadPoolCPUPriority(Priority.LOW);
        } finally {
            clear(unpacked);
        }
    }

    /** What is mapped needs its file no more, and a process that is killed would leave it behind. */
    private static void clear(Path unpacked) {
        try (var files = Files.list(unpacked)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(unpacked);
        } catch (IOException e) {
            unpacked.toFile().deleteOnExit(); // Windows keeps a mapped file
        }
    }

    private static Path defaultDirectory() {
        String named = System.getenv("ROCKSDB_SHAREDLIB_DIR");
        return Path.of(named == null || named.isEmpty() ? System.getProperty("java.io.tmpdir") : named);
    }
}
