package dev.spool.rocksdb;

import dev.spool.SpoolException;
import dev.spool.engine.spi.Backend;
import dev.spool.engine.spi.BackendContext;
import dev.spool.engine.spi.LogReader;
import dev.spool.engine.spi.MaintenanceStep;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.rocksdb.RocksDBException;

/** A spool in RocksDB: a database a shard, and one memory for all of them. */
final class RocksBackend implements Backend {

    private final BackendContext context;
    private final Sizes sizes;
    private final SpaceGauge space;
    private final List<RocksLog> logs = new ArrayList<>();
    private final List<Compaction> compactions = new ArrayList<>();
    private final GarbageCollector garbage;
    private final ReentrantLock memoryLock = new ReentrantLock();
    private final SharedMemory memory;
    private int compacted;

    private RocksBackend(BackendContext context) throws SpoolException {
        this.context = context;
        this.sizes = Sizes.of(context.options(), context.shards(), context.disk(), context.directory());
        this.space = new SpaceGauge(context, sizes);
        this.garbage = new GarbageCollector(sizes.garbageBytesLeast());
        this.memory =
                new SharedMemory(sizes.cacheBytes(), sizes.writeBufferBytes() * Sizes.WRITE_BUFFERS * context.shards());
    }

    static RocksBackend open(BackendContext context) throws SpoolException {
        NativeLibrary.load(context.options().nativeDirectory());
        RocksBackend backend = new RocksBackend(context);
        boolean complete = false;
        try {
            for (int number = 0; number < context.shards(); number++) {
                backend.openLog(number);
            }
            backend.space.step();
            complete = true;
            return backend;
        } finally {
            if (!complete) {
                backend.close();
            }
        }
    }

    private void openLog(int number) throws SpoolException {
        LogOpener.Opened opened = new LogOpener(context, number, sizes, memory).open();
        RocksLog log = new RocksLog(context, number, sizes, opened, memory, space::written);
        logs.add(log);
        garbage.watch(log.database());
        compactions.add(new Compaction(log.database(), log.leftOver(), garbage));
    }

    @Override
    public List<RocksLog> logs() {
        return logs;
    }

    @Override
    public Usage usage() {
        return usage(context.directory(), logs, memory, space.maxMessageBytes());
    }

    /** Sizes of the databases of a spool. */
    static Usage usage(Path directory, List<? extends LogReader> logs, SharedMemory memory, long maxMessageBytes) {
        long bytes = 0;
        long files = 0;
        long live = 0;
        for (int number = 0; number < logs.size(); number++) {
            try {
                DirectorySize size = DirectorySize.of(LogOpener.directory(directory, number));
                bytes += size.bytes();
                files += size.files();
            } catch (IOException e) {
                continue; // a figure for the operator only
            }
            live += logs.get(number).head().liveBytes();
        }
        return new Usage(bytes, files, Math.max(0, bytes - live), 0, memory.usedBytes(), maxMessageBytes);
    }

    @Override
    public Space space() {
        return space.space();
    }

    @Override
    public List<MaintenanceStep> maintenance() {
        return List.of(space, garbage);
    }

    /** One range of one log at a time, log after log. */
    @Override
    public boolean compactRound() throws SpoolException {
        if (compactions.get(compacted).round()) {
            return true;
        }
        compacted = (compacted + 1) % compactions.size();
        return compacted != 0;
    }

    /**
     * {@inheritDoc}
     *
     * <p>RocksDB has no way to empty a cache: the databases are flushed and opened again over a fresh one.
     */
    @Override
    public long adviseLowMemory() {
        memoryLock.lock();
        try {
            long before = memory.usedBytes();
            memory.renew();
            logs.forEach(this::move);
            return before - memory.usedBytes();
        } finally {
            memoryLock.unlock();
        }
    }

    private void move(RocksLog log) {
        try {
            log.database().renew(Database::flush);
        } catch (SpoolException | RocksDBException e) {
            System.getLogger(RocksBackend.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "freeing memory of " + log.database().directory() + " failed",
                            e);
            context.requestCommit(log.number()); // which recovers it if it is closed now
        }
    }

    @Override
    public void close() {
        logs.forEach(RocksLog::close);
        memory.close();
    }
}
