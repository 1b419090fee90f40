package dev.spool.rocksdb;

import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.engine.spi.BackendContext;
import dev.spool.engine.spi.Watermarks;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.rocksdb.RocksDBException;

/**
 * Keeps the write-ahead logs of a database that has lost a part of them: RocksDB stops at the first bad record, and an open for
 * writing then deletes the logs, with whatever stands behind it.
 *
 * <p>On disk: {@code quarantine/EPOCH-rocks-NNN-logs/}, with the logs under their names.
 */
final class LostLogs {

    private final BackendContext context;
    private final int log;
    private final Path database;
    private final SharedMemory memory;

    LostLogs(BackendContext context, int log, Path database, SharedMemory memory) {
        this.context = context;
        this.log = log;
        this.database = database;
        this.memory = memory;
    }

    /**
     * Looks at the database as an open would, without changing it, and copies its logs if it ends before what was durable.
     *
     * @param watermark the last revision that is known to have been durable
     * @throws SpoolIoException if they cannot be copied: opening would delete them
     */
    void keep(long watermark) throws SpoolException {
        try (Database open = Database.openReadOnly(database, DatabaseOptions.forReading(memory))) {
            LogState state = LogOpener.state(open, log);
            if (watermark <= (state == null ? Watermarks.NONE : state.lastRevision())) {
                return;
            }
        } catch (RocksDBException e) {
            throw Failures.reading(database, null, e);
        }
        Path kept = context.directory()
                .resolve(RocksCheck.QUARANTINE)
                .resolve(context.epoch() + "-" + database.getFileName() + "-logs");
        try {
            context.disk().createDirectories(kept);
            for (Path file : context.disk().list(database)) {
                if (file.toString().endsWith(".log")) {
                    copy(file, kept.resolve(file.getFileName()));
                }
            }
            context.disk().syncDirectory(kept);
        } catch (IOException e) {
            throw new SpoolIoException(
                    "the write-ahead logs of " + database + " are damaged, and keeping them in " + kept + " failed: "
                            + e + "; make room, or copy them away and remove them",
                    e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel channel = FileChannel.open(to, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }
}
