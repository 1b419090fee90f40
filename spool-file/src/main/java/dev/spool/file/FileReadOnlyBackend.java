package dev.spool.file;

import dev.spool.SpoolException;
import dev.spool.engine.spi.Backend;
import dev.spool.engine.spi.BackendFactory.ReadOnlyContext;
import dev.spool.engine.spi.ReadOnlyBackend;
import java.util.ArrayList;
import java.util.List;

/** A spool in segment files, opened for reading: one {@link ReadOnlyLog} a shard. Takes no lock and writes nothing. */
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
    public List<ReadOnlyLog> logs() {
        return logs;
    }

    @Override
    public Backend.Usage usage() {
        long total = 0;
        long files = 0;
        long reclaimable = 0;
        long indexBytes = 0;
        for (ReadOnlyLog log : logs) {
            LoadedLog loaded = log.loaded();
            for (Segment segment : loaded.files().all()) {
                total += segment.sizeBytes();
                files++;
            }
            reclaimable += loaded.files().reclaimableBytes();
            indexBytes += loaded.index().heapBytes() + loaded.files().heapBytes();
        }
        return new Backend.Usage(
                total, files, reclaimable, indexBytes, 0, context.options().maxMessageBytes());
    }

    @Override
    public void close() {
        logs.forEach(ReadOnlyLog::close);
    }
}
