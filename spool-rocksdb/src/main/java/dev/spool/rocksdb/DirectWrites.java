package dev.spool.rocksdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/** Finds out whether files can be written past the page cache, which not every filesystem allows: RocksDB would fail later. */
final class DirectWrites {

    /** Of the module {@code jdk.unsupported}, which not every runtime has. */
    private static final String OPTIONS = "com.sun.nio.file.ExtendedOpenOption";

    private DirectWrites() {}

    /** Writes a block to a file and deletes that. What goes through the page cache instead is as durable. */
    static boolean work(Path directory) {
        Path probe = directory.resolve("direct-probe");
        try {
            Files.createDirectories(directory);
            try {
                write(probe);
            } finally {
                Files.deleteIfExists(probe); // the system makes it before it refuses
            }
            return true;
        } catch (IOException | ClassNotFoundException | RuntimeException e) {
            return false;
        }
    }

    /** Writes one block past the page cache. */
    static void write(Path file) throws IOException, ClassNotFoundException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, direct())) {
            int bytes = (int) Files.getFileStore(file).getBlockSize();
            channel.write(
                    ByteBuffer.allocateDirect(2 * bytes).alignedSlice(bytes).limit(bytes));
        }
    }

    private static OpenOption direct() throws ClassNotFoundException {
        return Stream.of(Class.forName(OPTIONS).getEnumConstants())
                .filter(option -> option.toString().equals("DIRECT"))
                .map(OpenOption.class::cast)
                .findFirst()
                .orElseThrow(UnsupportedOperationException::new);
    }
}
