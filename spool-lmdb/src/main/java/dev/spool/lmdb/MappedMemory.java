package dev.spool.lmdb;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How much of the files that this process has mapped counts as memory of the process. */
final class MappedMemory {

    private static final Path MAPS = Path.of("/proc/self/smaps");
    private static final String RESIDENT = "Rss:";

    private MappedMemory() {}

    /** Bytes of a file that are mapped and resident; 0 where the system does not tell. */
    static long of(Path file) {
        if (!Files.isReadable(MAPS)) {
            return 0;
        }
        List<String> lines;
        try {
            lines = Files.readAllLines(MAPS, java.nio.charset.StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return 0;
        }
        String name = new String(
                file.toAbsolutePath().toString().getBytes(java.nio.charset.StandardCharsets.UTF_8),
                java.nio.charset.StandardCharsets.ISO_8859_1);
        long kilobytes = 0;
        boolean ours = false;
        for (String line : lines) {
            if (line.startsWith(RESIDENT)) {
                kilobytes += ours
                        ? Long.parseLong(line.substring(RESIDENT.length(), line.length() - 2)
                                .trim())
                        : 0;
            } else if (line.indexOf('/') >= 0) {
                ours = line.endsWith(" " + name);
            } else if (line.indexOf('-') > 0 && line.indexOf(':') > line.indexOf('-')) {
                ours = false;
            }
        }
        return kilobytes << 10;
    }
}
