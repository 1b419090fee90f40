package dev.spool.rocksdb;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the files of a database looked like: whoever reads beside an owner sees by them whether it has written since.
 *
 * @param tree the files that say which other files belong to the database, and which logs are over
 * @param logs the write-ahead logs
 * @param settled whether the last change was so long before that a later one cannot have the same time
 */
record FileStamps(Map<String, String> tree, Map<String, String> logs, boolean settled) {

    /** Filesystems that count time in ticks count at least this finely. */
    private static final Duration TICK = Duration.ofMillis(50);

    static FileStamps of(Path directory) throws IOException {
        while (true) {
            try {
                return read(directory);
            } catch (NoSuchFileException e) {
                if (!Files.exists(directory)) {
                    throw e;
                }
                // A log that was listed went while it was looked at: look again.
            }
        }
    }

    private static FileStamps read(Path directory) throws IOException {
        Map<String, String> tree = new TreeMap<>();
        Map<String, String> logs = new TreeMap<>();
        Instant newest = Instant.MIN;
        Instant now = Instant.now();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                boolean log = name.endsWith(".log");
                if (!log && !name.startsWith("MANIFEST-") && !name.equals("CURRENT")) {
                    continue;
                }
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                Instant modified = attributes.lastModifiedTime().toInstant();
                newest = modified.isAfter(newest) ? modified : newest;
                (log ? logs : tree).put(name, attributes.size() + " " + modified);
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return new FileStamps(tree, logs, newest.isBefore(now.minus(TICK)));
    }

    /** Whether nothing was written in between. */
    boolean sameAs(FileStamps later) {
        return settled && tree.equals(later.tree) && logs.equals(later.logs);
    }
}
