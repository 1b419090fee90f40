package dev.spool.lmdb;

import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.engine.spi.Backend;
import dev.spool.engine.spi.BackendFactory.ReadOnlyContext;
import dev.spool.engine.spi.ReadOnlyBackend;
import java.util.ArrayList;
import java.util.List;

/** A spool in LMDB files, opened for reading. Takes no lock of the spool; of the files, only LMDB's tables of readers change. */
final class LmdbReadOnlyBackend implements ReadOnlyBackend {

    private final ReadOnlyContext context;
    private final List<ReadOnlyLog> logs = new ArrayList<>();

    private LmdbReadOnlyBackend(ReadOnlyContext context) {
        this.context = context;
    }

    static LmdbReadOnlyBackend open(ReadOnlyContext context) throws SpoolException {
        NativeLibrary.load(context.options());
        LmdbReadOnlyBackend backend = new LmdbReadOnlyBackend(context);
        boolean opened = false;
        try {
            for (int number = 0; number < context.shards(); number++) {
                backend.logs.add(ReadOnlyLog.open(context, number));
            }
            opened = true;
            return backend;
        } finally {
            if (!opened) {
                backend.close();
            }
        }
    }

    @Override
    public List<ReadOnlyLog> logs() {
        return logs;
    }

    @Override
    public Backend.Usage usage() {
        long total = 0;
        for (int number = 0; number < logs.size(); number++) {
            total += size(number) + SpaceGauge.READER_TABLE_BYTES;
        }
        return new Backend.Usage(
                total, 2L * logs.size(), 0, 0, 0, context.options().maxMessageBytes());
    }

    private long size(int number) {
        try {
            return SpaceGauge.sizeOf(context.disk(), Generation.directory(context.directory(), number));
        } catch (SpoolIoException e) {
            return 0;
        } catch (SpoolException e) {
            throw new IllegalStateException("measuring does no more than I/O", e);
        }
    }

    @Override
    public void close() {
        logs.forEach(ReadOnlyLog::close);
    }
}
