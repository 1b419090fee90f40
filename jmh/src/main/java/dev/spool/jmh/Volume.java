package dev.spool.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The volume that is measured, as Linux counts what it writes: everything that reaches it, from whomever. What the system counts for a
 * process is no measure: it takes each write for as large as the pages in memory that it touches, which can be some MiB each.
 */
final class Volume {

    private static final Path STATISTICS = Path.of("/proc/diskstats");
    private static final int MAJOR = 0;
    private static final int MINOR = 1;
    private static final int SECTORS_WRITTEN = 9;
    private static final int SECTOR_BYTES = 512;

    private final String number;

    private Volume(String number) {
        this.number = number;
    }

    /** The one that holds a directory. */
    static Volume of(Path directory) throws IOException {
        long device = (Long) Files.getAttribute(directory, "unix:dev");
        long major = ((device >> 8) & 0xfff) | ((device >> 32) & ~0xfffL);
        long minor = (device & 0xff) | ((device >> 12) & ~0xffL);
        return new Volume(major + " " + minor);
    }

    /** Bytes written so far; -1 where nobody tells. */
    long writtenBytes() throws IOException {
        if (!Files.isReadable(STATISTICS)) {
            return -1;
        }
        for (String line : Files.readAllLines(STATISTICS)) {
            List<String> fields = List.of(line.strip().split(" +"));
            if ((fields.get(MAJOR) + " " + fields.get(MINOR)).equals(number)) {
                return Long.parseLong(fields.get(SECTORS_WRITTEN)) * SECTOR_BYTES;
            }
        }
        return -1;
    }
}
