package dev.spool.file;

import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.spi.Batch;
import dev.spool.engine.spi.BatchRecord;
import dev.spool.engine.spi.Current;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** Makes records, and commits them as the engine does, where a test drives a log without one. */
final class RecordDraft {

    private RecordDraft() {}

    /** @param payload envelope and body part; null for a record without any */
    static BatchRecord record(RecordHeader header, Current previous, BatchRecord chunk, byte[] payload) {
        ByteBuffer staged = null;
        if (payload != null) {
            int limit = BatchRecord.HEADROOM_BYTES + payload.length;
            staged = ByteBuffer.allocateDirect(limit + 8).limit(limit).put(BatchRecord.HEADROOM_BYTES, payload);
        }
        return new BatchRecord(header, previous, chunk, staged);
    }

    /** Makes what was committed visible. */
    static void publish(FileLog log, Batch batch, List<BatchRecord> records) {
        log.publish(batch);
        for (BatchRecord record : records) {
            Current previous = record.previous();
            log.head().advance(record.header(), previous != null, previous == null ? null : previous.info());
        }
    }

    static int crc(byte[] bytes) {
        return bytes.length == 0 ? 0 : RecordHeader.crc(ByteBuffer.wrap(bytes), 0, bytes.length);
    }

    static byte[] join(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    static byte[] bytesOf(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
