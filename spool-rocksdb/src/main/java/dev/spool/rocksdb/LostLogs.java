package dev.spool.rocksdb;

import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.engine.directory.Quarantine;
import dev.spool.engine.spi.BackendContext;
import dev.spool.engine.spi.Watermarks;
import java.io.IOException;
import java.nio.file.Path;
import org.rocksdb.RocksDBException;

/**
 * Keeps the write-ahead logs of a database that has lost a part of them: RocksDB stops at the first bad record, and an open for
 * writing then deletes the logs, with whatever stands behind it.
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
        Quarantine quarantine = new Quarantine(context.disk(), context.directory(), context.epoch());
        try {
            for (Path file : context.disk().list(database)) {
                if (file.toString().endsWith(".log")) {
                    quarantine.copy(file);
                }
            }
        } catch (IOException e) {
            throw new SpoolIoException(
                    "the write-ahead logs of " + database + " are damaged, and keeping them in quarantine failed: " + e
                            + "; make room, or copy them away and remove them",
                    e);
        }
    }
}
