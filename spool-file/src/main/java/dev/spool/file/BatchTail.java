package dev.spool.file;

import dev.spool.engine.io.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Reads the batches of a stream one by one as its owner writes them. Reads only. */
final class BatchTail {

    private final Segment segment;
    private final SegmentHeader header;
    private int position;
    private long nextBatch;

    BatchTail(Segment segment, SegmentHeader header, int position, long nextBatch) {
        this.segment = segment;
        this.header = header;
        this.position = position;
        this.nextBatch = nextBatch;
    }

    SegmentHeader header() {
        return header;
    }

    /** The next batch, valid as a whole; null if there is none yet. */
    SegmentScanner.@Nullable FoundBatch next() throws IOException {
        DiskFile file = segment.reader();
        ByteBuffer head = ByteBuffer.allocate(BatchHeader.BYTES);
        file.read(head, position);
        BatchHeader batch = BatchHeader.decode(head.flip(), 0);
        if (batch == null || batch.number() != nextBatch || !batch.belongsTo(header, position)) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.allocate(batch.totalBytes());
        file.read(bytes, position);
        bytes.flip().order(ByteOrder.LITTLE_ENDIAN);
        BatchVerifier verifier = new BatchVerifier(bytes, position);
        if (bytes.remaining() < batch.totalBytes()
                || !batch.equals(BatchHeader.decode(bytes, 0))
                || !verifier.valid(batch, position)) {
            return null;
        }
        SegmentScanner.FoundBatch found = new SegmentScanner.FoundBatch(
                nextBatch, position, batch.totalBytes(), verifier.directory(batch, position), false);
        position += batch.totalBytes();
        nextBatch++;
        return found;
    }
}
