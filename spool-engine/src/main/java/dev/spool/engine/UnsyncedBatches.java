package dev.spool.engine;

import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.spi.Batch;
import dev.spool.engine.spi.BatchRecord;
import dev.spool.engine.spi.Current;
import dev.spool.engine.spi.Head;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a deferred spool has completed since the last good sync, kept with its buffers so that it can be written again when a sync
 * fails. Committer only.
 */
final class UnsyncedBatches {

    private final StagingPool pool;
    private final List<List<BatchRecord>> batches = new ArrayList<>();
    private long bytes;
    private long sinceNanos;
    private Head syncedHead = new Head();

    UnsyncedBatches(StagingPool pool) {
        this.pool = pool;
    }

    boolean isEmpty() {
        return batches.isEmpty();
    }

    /** Bytes of the buffers kept. */
    long bytes() {
        return bytes;
    }

    /** When the oldest of them was committed. */
    long sinceNanos() {
        return sinceNanos;
    }

    /**
     * Takes over the records of a committed batch together with their buffers.
     *
     * @param before the head before that batch
     */
    void add(List<BatchRecord> records, Head before, long now) {
        if (batches.isEmpty()) {
            sinceNanos = now;
            syncedHead = new Head(before);
        }
        batches.add(records);
        for (BatchRecord record : records) {
            ByteBuffer staged = record.staged();
            bytes += staged == null ? 0 : staged.capacity();
        }
    }

    /** The batches as they were committed, each with the head before it. */
    List<Batch> again() {
        List<Batch> again = new ArrayList<>(batches.size());
        Head head = new Head(syncedHead);
        for (List<BatchRecord> records : batches) {
            again.add(new Batch(records, true, new Head(head)));
            records.forEach(record -> advance(head, record));
        }
        return again;
    }

    /** Everything is on disk now; the buffers go back to the pool. */
    void synced() {
        for (List<BatchRecord> records : batches) {
            for (BatchRecord record : records) {
                ByteBuffer staged = record.staged();
                if (staged != null) {
                    pool.release(staged);
                }
            }
        }
        batches.clear();
        bytes = 0;
    }

    static void advance(Head head, BatchRecord record) {
        RecordHeader header = record.header();
        Current previous = record.previous();
        head.advance(header, previous != null, previous == null ? null : previous.info());
    }
}
