package dev.spool.rocksdb;

import dev.spool.SpoolException;
import dev.spool.engine.spi.Backend;
import dev.spool.engine.spi.BackendFactory.ReadOnlyContext;
import dev.spool.engine.spi.ReadOnlyBackend;
import java.util.ArrayList;
import java.util.List;

/** A spool in RocksDB, opened for reading. Takes no lock and writes nothing. */
final class RocksReadOnlyBackend implements ReadOnlyBackend {

    private final ReadOnlyContext context;
    private final SharedMemory memory;
    private final List<SharedDatabase> databases = new ArrayList<>();
    private final List<RocksReadOnlyLog> logs = new ArrayList<>();

    private RocksReadOnlyBackend(ReadOnlyContext context, Sizes sizes) {
        this.context = context;
        this.memory = new SharedMemory(sizes.cacheBytes(), sizes.cacheBytes());
    }

    static RocksReadOnlyBackend open(ReadOnlyContext context) throws SpoolException {
        NativeLibrary.load(context.options().nativeDirectory());
        Sizes sizes = Sizes.of(context.options(), context.shards(), context.disk(), context.directory());
        RocksReadOnlyBackend backend = new RocksReadOnlyBackend(context, sizes);
        boolean complete = false;
        try {
            for (int number = 0; number < context.shards(); number++) {
                SharedDatabase database = new SharedDatabase(
                        LogOpener.directory(context.directory(), number), context.storeId(), backend.memory);
                backend.databases.add(database);
                backend.logs.add(new RocksReadOnlyLog(number, database, context.note()));
            }
            complete = true;
            return backend;
        } finally {
            if (!complete) {
                backend.close();
            }
        }
    }

    @Override
    public List<RocksReadOnlyLog> logs() {
        return logs;
    }

    @Override
    public Backend.Usage usage() {
        return RocksBackend.usage(
                context.directory(), logs, memory, context.options().maxMessageBytes());
    }

    @Override
    public void close() {
        databases.forEach(SharedDatabase::close);
        memory.close();
    }
}
