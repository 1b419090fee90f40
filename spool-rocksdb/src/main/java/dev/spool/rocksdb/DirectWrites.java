package dev.spool.rocksdb;

import java.io.IOException;
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

    /** Makes an empty file and deletes it. What goes through the page cache instead is as durable. */
    static boolean work(Path directory) {
        Path probe = directory.resolve("direct-probe");
        try {
            Files.createDirectories(directory);
            FileChannel.open(
                            probe,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.DELETE_ON_CLOSE,
                            direct())
                    .close();
            return true;
        } catch (IOException | ClassNotFoundException | UnsupportedOperationException e) {
            return false;
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
