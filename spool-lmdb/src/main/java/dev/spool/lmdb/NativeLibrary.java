package dev.spool.lmdb;

import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.SpoolOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lmdbjava.Meta;

/** Loads LMDB once for each class loader, from where the first spool that is opened wants it unpacked. */
final class NativeLibrary {

    private static final String LMDB_DIRECTORY = "lmdbjava.extract.dir";
    private static final String LMDB_EMBEDDED = "lmdbjava.embedded.lib";
    private static final String JFFI_DIRECTORY = "jffi.extract.dir";

    private static final Path MAPS = Path.of("/proc/self/maps");
    private static final String MUSL_LOADER = "/ld-musl-";

    private NativeLibrary() {}

    /** @throws SpoolIoException if it cannot be loaded, with what to do about it */
    static void load(SpoolOptions options) throws SpoolException {
        Path directory = options.nativeDirectory().orElse(null);
        if (directory != null) {
            unpackTo(directory);
        }
        if (Files.isReadable(MAPS)) {
            chooseMusl();
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

    /** The binding itself takes every Linux for one with glibc. */
    private static void chooseMusl() {
        try {
            String library = muslLibrary(Files.readAllLines(MAPS, StandardCharsets.ISO_8859_1));
            if (library != null) {
                System.getProperties().putIfAbsent(LMDB_EMBEDDED, library);
            }
        } catch (IOException e) {
            System.getLogger(NativeLibrary.class.getName())
                    .log(System.Logger.Level.DEBUG, "the library for glibc is taken", e);
        }
    }

    /**
     * The library to load in a process that runs on musl; null for any other process.
     *
     * @param maps what the process has mapped: its loader is there
     */
    static @Nullable String muslLibrary(List<String> maps) {
        for (String line : maps) {
            int loader = line.indexOf(MUSL_LOADER);
            if (loader >= 0) {
                String rest = line.substring(loader + MUSL_LOADER.length());
                return "org/lmdbjava/native/" + rest.substring(0, rest.indexOf('.')) + "-linux-musl.so";
            }
        }
        return null;
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
