package dev.spool.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What Linux tells of this process; -1 elsewhere. */
final class ThisProcess {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path FILES = Path.of("/proc/self/fd");

    private ThisProcess() {}

    /** A line of its status, such as {@code VmRSS:}, in MiB. */
    static long memoryMiB(String name) throws IOException {
        long kib = number(STATUS, name);
        return kib < 0 ? kib : kib >> 10;
    }

    /** Descriptors that it holds. */
    static long openFiles() throws IOException {
        if (!Files.exists(FILES)) {
            return -1;
        }
        try (Stream<Path> files = Files.list(FILES)) {
            return files.count();
        }
    }

    private static long number(Path file, String name) throws IOException {
        if (!Files.isReadable(file)) {
            return -1;
        }
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
                .findFirst()
                .orElse(-1);
    }
}
