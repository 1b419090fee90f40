package dev.spool.lmdb;

import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.SpoolOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.lmdbjava.Meta;

/** Loads LMDB once for each class loader, from where the first spool that is opened wants it unpacked. */
final class NativeLibrary {

    private static final String LMDB_DIRECTORY = "lmdbjava.extract.dir";
    private static final String JFFI_DIRECTORY = "jffi.extract.dir";

    private NativeLibrary() {}

    /** @throws SpoolIoException if it cannot be loaded, with what to do about it */
    static void load(SpoolOptions options) throws SpoolException {
        Path directory = options.nativeDirectory().orElse(null);
        if (directory != null) {
            unpackTo(directory);
        }
        try {
            Meta.version();
        } catch (LinkageError | RuntimeException e) {
            throw new SpoolIoException(
                    "the LMDB library cannot be loaded on " + System.getProperty("os.name") + " "
                            + System.getProperty("os.arch") + ": " + cause(e) + ". It is unpacked to "
                            + System.getProperty(LMDB_DIRECTORY, System.getProperty("java.io.tmpdir"))
                            + ": if that cannot be written to, or is mounted noexec, name another directory by the option"
                            + " nativeDirectory (the command line: SPOOL_JAVA_OPTS=-D" + LMDB_DIRECTORY + "=DIR -D"
                            + JFFI_DIRECTORY
                            + "=DIR), and start this process afresh; there are libraries for Linux, macOS"
                            + " and Windows on x86-64 and ARM64. The backend file needs none",
                    e);
        }
    }

    /** What the loading of classes has wrapped, and what it says the second time. */
    private static String cause(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.toString();
    }

    /** What somebody has set for the whole process stays. */
    private static void unpackTo(Path directory) throws SpoolException {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new SpoolIoException("creating " + directory + ", the nativeDirectory, failed: " + e.getMessage(), e);
        }
        String path = directory.toAbsolutePath().toString();
        System.getProperties().putIfAbsent(LMDB_DIRECTORY, path);
        System.getProperties().putIfAbsent(JFFI_DIRECTORY, path);
    }
}
