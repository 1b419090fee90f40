package dev.spool.jmh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** What all benchmarks have in common: the messages, the numbers of callers, and where the files are. */
public final class Workload {

    /** Size of a message where nothing else is said. */
    public static final int PAYLOAD_BYTES = 4096;

    /** Threads of which each waits for its message before it stores the next. */
    public static final int BLOCKED_THREADS = 64;

    /** Threads that wait only for their oldest message. */
    public static final int PIPELINED_THREADS = 2;

    /** Messages each of them has under way. */
    static final int IN_FLIGHT = 256;

    private Workload() {}

    /** Bytes that do not compress. */
    static byte[] payload() {
        return Bodies.named(String.valueOf(PAYLOAD_BYTES)).get(0);
    }

    /** A new directory on the filesystem that is measured. */
    public static Path newDirectory(String purpose) throws IOException {
        return Files.createTempDirectory(Files.createDirectories(parent()), purpose + "-");
    }

    /** The directory of that name on the filesystem that is measured, whether it is there or not. */
    static Path directory(String name) {
        return parent().resolve(name);
    }

    /** {@code spool.jmh.directory}, else the temporary directory. */
    private static Path parent() {
        return Path.of(System.getProperty("spool.jmh.directory", System.getProperty("java.io.tmpdir")));
    }

    /** Deletes a directory and all that is in it. */
    public static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            paths.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
