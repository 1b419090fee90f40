package dev.spool.file;

import dev.spool.SpoolException;
import dev.spool.engine.spi.Backend;
import dev.spool.engine.spi.BackendFactory.ReadOnlyContext;
import dev.spool.engine.spi.LogReader;
import dev.spool.engine.spi.ReadOnlyBackend;
import java.util.ArrayList;
import java.util.List;

/** A file spool opened for reading: writes nothing, holds no lock, works beside an owner. */
final class FileReadOnlyBackend implements ReadOnlyBackend {

    private final ReadOnlyContext context;
    private final List<ReadOnlyLog> logs = new ArrayList<>();

    private FileReadOnlyBackend(ReadOnlyContext context) {
        this.context = context;
    }

    static FileReadOnlyBackend open(ReadOnlyContext context) throws SpoolException {
        FileReadOnlyBackend backend = new FileReadOnlyBackend(context);
        for (int number = 0; number < context.shards(); number++) {
            backend.logs.add(new ReadOnlyLog(context, number));
        }
        return backend;
    }

    @Override
    public List<? extends LogReader> logs() {
        return logs;
    }

    @Override
    public Backend.Usage usage() {
        long total = 0;
        long count = 0;
        long reclaimable = 0;
        long heap = 0;
        for (ReadOnlyLog log : logs) {
            for (Segment segment : log.files().all()) {
                total += segment.sizeBytes();
                count++;
            }
            reclaimable += log.files().reclaimableBytes();
            heap += log.index().heapBytes() + log.files().heapBytes();
        }
        return new Backend.Usage(
                total, count, reclaimable, heap, 0, context.options().maxMessageBytes());
    }

    @Override
    public void close() {
        logs.forEach(ReadOnlyLog::close);
    }
}
