package dev.spool.file;

import dev.spool.engine.record.RecordType;
import dev.spool.engine.spi.Batch;
import dev.spool.engine.spi.BatchRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Batches that completed without a sync and were cut off by a failed one, made ready to be written again: same revisions; where a
 * record's predecessor was cut off with it, its target is where that one has been written meanwhile. Readers are moved over
 * record by record.
 */
final class UnsyncedRewrite {

    private final SegmentFiles files;
    private final LocationIndex index;
    private final Map<Links.Link, BatchRecord> rewritten = new HashMap<>();

    UnsyncedRewrite(SegmentFiles files, LocationIndex index) {
        this.files = files;
        this.index = index;
    }

    /** The batch to write in place of {@code batch}; the one before it has been written. */
    Batch resolve(Batch batch) {
        return new Batch(again(batch.records()), true, batch.headBefore());
    }

    private List<BatchRecord> again(List<BatchRecord> records) {
        List<BatchRecord> again = new ArrayList<>(records.size());
        for (BatchRecord entry : records) {
            BatchRecord chunk = entry.previousChunk();
            BatchRecord moved = new BatchRecord(
                    entry.header(),
                    moved((FileCurrent) entry.previous()),
                    chunk == null ? null : rewritten.getOrDefault(files.link(chunk.location()), chunk),
                    entry.staged());
            rewritten.put(files.link(entry.location()), moved);
            again.add(moved);
        }
        return again;
    }

    private @Nullable FileCurrent moved(@Nullable FileCurrent previous) {
        if (previous == null) {
            return null;
        }
        BatchRecord newest = rewritten.get(previous.link());
        long location = newest == null ? previous.location() : newest.location();
        Links.Link link = newest == null ? previous.link() : files.link(location);
        Links.Link body = previous.body();
        return new FileCurrent(
                previous.info(),
                location,
                link,
                previous.envelopeRecord(),
                body == null ? null : movedLink(body),
                previous.chunks().stream().map(this::movedLink).toList());
    }

    private Links.Link movedLink(Links.Link link) {
        BatchRecord moved = rewritten.get(link);
        return moved == null ? link : files.link(moved.location());
    }

    /**
     * Points readers that are at a record of {@code before} to the same record of {@code after}, which has been written; and so
     * for the chunks to come of a message whose first ones are among them.
     */
    void moveReaders(Batch before, Batch after) {
        for (int i = 0; i < after.records().size(); i++) {
            BatchRecord old = before.records().get(i);
            BatchRecord moved = after.records().get(i);
            long from = old.location();
            old.location(moved.location());
            if (old.header().type() == RecordType.REMOVE) {
                continue;
            }
            if (index.replace(old.header().id(), from, moved.location())) {
                files.addLive(from, -1);
                files.addLive(moved.location(), 1);
            }
        }
    }
}
