package dev.spool.rocksdb;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.engine.spi.BackendFactory;
import dev.spool.engine.spi.Head;
import dev.spool.engine.spi.LogReader;
import dev.spool.engine.spi.LogScan;
import dev.spool.engine.spi.SealedLog;
import dev.spool.engine.spi.StoredMessage;
import dev.spool.engine.spi.Watermarks;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One log, read beside its owner or without one. */
final class RocksReadOnlyLog implements LogReader {

    private final int number;
    private final SharedDatabase database;
    private final MessageReader reader;
    private final BackendFactory.Notes note;
    private volatile LogState last;

    RocksReadOnlyLog(int number, SharedDatabase database, BackendFactory.Notes note) throws SpoolException {
        this.note = note;
        this.number = number;
        this.database = database;
        this.reader = new MessageReader(number);
        this.last = state();
    }

    private LogState state() throws SpoolException {
        return database.read(open -> {
            LogState state = LogOpener.state(open, number);
            if (state == null) {
                throw new SpoolCorruptException(null, open.directory().toString(), "it holds no state of the log");
            }
            return state;
        });
    }

    @Override
    public @Nullable StoredMessage read(SpoolId id, boolean withBody) throws SpoolException {
        return database.find(open -> reader.read(open, id, withBody));
    }

    @Override
    public LogScan scan() {
        List<LogScan.Damage> lost = new ArrayList<>();
        try {
            long watermark = Watermarks.of(note.read(), number); // before the state, which an owner writes first
            LogState state = state();
            last = state;
            if (watermark > state.lastRevision()) {
                lost.add(LogOpener.missing(database.directory(), watermark, state));
            }
        } catch (SpoolException e) {
            lost.add(new LogScan.Damage(
                    database.directory().toString(),
                    "whether the log is as long as it was cannot be told: " + e.getMessage()));
        }
        lost.addAll(LogOpener.lost(database.directory(), last));
        return new MessageScan(number, database, List.copyOf(lost));
    }

    @Override
    public Head head() {
        return refreshed().head();
    }

    @Override
    public SealedLog sealedOnDisk() throws SpoolException {
        LogState state = state();
        return Seals.of(state.storeId(), number, state.head());
    }

    /** The state as it is now; as it was, if it cannot be read. */
    private LogState refreshed() {
        try {
            last = state();
        } catch (SpoolException e) {
            System.getLogger(RocksReadOnlyLog.class.getName())
                    .log(System.Logger.Level.WARNING, "the state of log " + number + " cannot be read", e);
        }
        return last;
    }
}
