package dev.spool.rocksdb;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * How large the files of a directory are together.
 *
 * @param bytes sum of their sizes
 * @param files how many there are
 */
record DirectorySize(long bytes, long files) {

    /** As of now; a file that goes meanwhile counts for nothing. */
    static DirectorySize of(Path directory) throws IOException {
        long bytes = 0;
        long files = 0;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path file : entries) {
                bytes += sizeOf(file);
                files++;
            }
        } catch (NoSuchFileException none) {
            return new DirectorySize(0, 0);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return new DirectorySize(bytes, files);
    }

    private static long sizeOf(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException gone) {
            return 0;
        }
    }
}
