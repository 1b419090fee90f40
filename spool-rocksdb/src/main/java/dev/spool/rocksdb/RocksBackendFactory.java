package dev.spool.rocksdb;

import dev.spool.CheckReport;
import dev.spool.Finding;
import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.engine.io.Disk;
import dev.spool.engine.spi.Backend;
import dev.spool.engine.spi.BackendContext;
import dev.spool.engine.spi.BackendFactory;
import dev.spool.engine.spi.ReadOnlyBackend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/** The RocksDB backend as the engine finds it. */
final class RocksBackendFactory implements BackendFactory {

    private static final int SHARDS_MAX = 64;
    private static final long IDENTIFYING_CACHE_BYTES = 1 << 20;

    @Override
    public String name() {
        return "rocksdb";
    }

    @Override
    public int formatVersion() {
        return 1;
    }

    /** The memtables serve what was just written; copying it would cost the committer time. */
    @Override
    public boolean cachesOnStore() {
        return false;
    }

    @Override
    public Backend open(BackendContext context) throws SpoolException {
        return RocksBackend.open(context);
    }

    @Override
    public ReadOnlyBackend openReadOnly(ReadOnlyContext context) throws SpoolException {
        return RocksReadOnlyBackend.open(context);
    }

    @Override
    public CheckReport check(ReadOnlyContext context, Consumer<Finding> findings) throws SpoolException {
        return new RocksCheck(context, findings).run();
    }

    @Override
    public CheckReport repair(BackendContext context, Consumer<Finding> findings) throws SpoolException {
        return new RocksRepair(context, findings).run();
    }

    @Override
    public Optional<Origin> identify(Disk disk, Path directory) throws SpoolException {
        LogState state = anyState(disk, directory);
        return state == null ? Optional.empty() : Optional.of(new Origin(state.storeId(), state.shards()));
    }

    @Override
    public long highestEpoch(Disk disk, Path directory) throws SpoolException {
        LogState first = anyState(disk, directory);
        long highest = 0;
        for (int log = 0; first != null && log < first.shards(); log++) {
            LogState state = state(disk, directory, log);
            highest = state == null ? highest : Math.max(highest, state.epoch());
        }
        return highest;
    }

    /** The state of the first log that tells. */
    private static @Nullable LogState anyState(Disk disk, Path directory) throws SpoolException {
        LogState found = null;
        for (int log = 0; log < SHARDS_MAX && found == null; log++) {
            found = state(disk, directory, log);
        }
        return found;
    }

    private static @Nullable LogState state(Disk disk, Path directory, int log) throws SpoolException {
        Path database = LogOpener.directory(directory, log);
        try {
            if (!disk.exists(database.resolve("CURRENT"))) {
                return null;
            }
        } catch (IOException e) {
            throw new SpoolIoException("looking at " + database + " failed: " + e, e);
        }
        NativeLibrary.load(Optional.empty());
        try (SharedMemory memory = new SharedMemory(IDENTIFYING_CACHE_BYTES, IDENTIFYING_CACHE_BYTES);
                Database open = Database.openReadOnly(database, DatabaseOptions.forReading(memory))) {
            return LogOpener.state(open, log);
        } catch (SpoolCorruptException | RocksDBException e) {
            return null; // this one does not tell
        }
    }
}
