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

/**
 * Loads LMDB once for each class loader, from where the first spool that is opened wants it unpacked. The binding would leave its file
 * there when the process is killed, and look for the library in the context class loader, which may not have it.
 */
final class NativeLibrary {

    private static final String LMDB_DIRECTORY = "lmdbjava.extract.dir";
    private static final String LMDB_EMBEDDED = "lmdbjava.embedded.lib";
    private static final String JFFI_DIRECTORY = "jffi.extract.dir";
    private static final String TEMPORARY_DIRECTORY = "java.io.tmpdir";

    private static final Path MAPS = Path.of("/proc/self/maps");
    private static final String MUSL_LOADER = "/ld-musl-";

    private static boolean loaded;

    private NativeLibrary() {}

    /** @throws SpoolIoException if it cannot be loaded, with what to do about it */
    static synchronized void load(SpoolOptions options) throws SpoolException {
        if (loaded) {
            return;
        }
        Path parent = directory(options);
        if (Files.isReadable(MAPS)) {
            chooseMusl();
        }
        try {
            load(Files.createTempDirectory(parent, "spool-lmdb"));
            loaded = true;
        } catch (IOException | LinkageError | RuntimeException e) {
            throw new SpoolIoException(
                    "the LMDB library cannot be loaded on " + System.getProperty("os.name") + " "
                            + System.getProperty("os.arch") + ": " + cause(e) + ". It is unpacked to " + parent
                            + ": if that cannot be written to, or is mounted noexec, name another directory by the option"
                            + " nativeDirectory (the command line: SPOOL_JAVA_OPTS=-D" + LMDB_DIRECTORY + "=DIR -D"
                            + JFFI_DIRECTORY
                            + "=DIR), and start this process afresh; there are libraries for Linux and macOS on x86-64"
                            + " and ARM64, and for Windows on x86-64. The backend file needs none",
                    e);
        }
    }

    private static void load(Path unpacked) {
        Thread thread = Thread.currentThread();
        ClassLoader context = thread.getContextClassLoader();
        String given = System.getProperty(LMDB_DIRECTORY);
        // Windows keeps a mapped file. At the exit what was registered first goes last: the binding registers its file
        // behind this.
        unpacked.toFile().deleteOnExit();
        try {
            thread.setContextClassLoader(Meta.class.getClassLoader());
            System.setProperty(LMDB_DIRECTORY, unpacked.toString());
            Meta.version();
        } finally {
            if (given == null) {
                System.clearProperty(LMDB_DIRECTORY);
            } else {
                System.setProperty(LMDB_DIRECTORY, given);
            }
            thread.setContextClassLoader(context);
            clear(unpacked);
        }
    }

    /** What is mapped needs its file no more. */
    private static void clear(Path unpacked) {
        try (var files = Files.list(unpacked)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(unpacked);
        } catch (IOException e) {
            // Windows keeps a mapped file. At the exit what was registered last goes first, and the binding registers
            // its file too.
            unpacked.toFile().deleteOnExit();
        }
    }

    /** Where libraries are unpacked; what somebody has set for the whole process stays. */
    private static Path directory(SpoolOptions options) throws SpoolException {
        Path directory = options.nativeDirectory().orElse(null);
        if (directory != null) {
            try {
                Files.createDirectories(directory);
            } catch (IOException e) {
                throw new SpoolIoException(
                        "creating " + directory + ", the nativeDirectory, failed: " + e.getMessage(), e);
            }
            System.getProperties()
                    .putIfAbsent(JFFI_DIRECTORY, directory.toAbsolutePath().toString());
        }
        String given = System.getProperty(LMDB_DIRECTORY);
        if (given != null) {
            return Path.of(given);
        }
        return directory != null ? directory.toAbsolutePath() : Path.of(System.getProperty(TEMPORARY_DIRECTORY));
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
}
