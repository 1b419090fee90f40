package dev.spool.file;

import dev.spool.SpoolIoException;
import dev.spool.engine.record.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The descriptors of a segment that its owner still fills, read beside him: batch by batch, each time from where it ended the last
 * time. It proves nothing, neither that a batch is whole nor that it stays: what was read counts once a footer begins with it.
 */
final class ActiveDirectory {

    private final SegmentHeader header;
    private final long bytesMax;
    private final ByteBuffer block = ByteBuffer.allocate(Blocks.BYTES);
    private ByteBuffer descriptors = ByteBuffer.allocate(0);
    private int position = Blocks.BYTES;
    private long expected;

    /** @param bytesMax how many bytes it may take; what does not fit is not read */
    ActiveDirectory(SegmentHeader header, long bytesMax) {
        this.header = header;
        this.bytesMax = bytesMax;
        this.expected = header.firstBatch();
    }

    SegmentHeader header() {
        return header;
    }

    /** Reads what has come, and returns all descriptors so far: what was returned before stays as it is. */
    ByteBuffer read(Segment segment) throws SpoolIoException {
        BatchHeader batch = next(segment);
        while (batch != null && take(segment, batch)) {
            position += batch.totalBytes();
            expected++;
            batch = next(segment);
        }
        return descriptors.duplicate().flip().order(ByteOrder.LITTLE_ENDIAN);
    }

    private @Nullable BatchHeader next(Segment segment) throws SpoolIoException {
        if (position + (long) Blocks.BYTES > segment.sizeBytes()) {
            return null;
        }
        segment.readStructure(block.clear(), position);
        BatchHeader batch = BatchHeader.decode(block.flip(), 0);
        return batch != null && batch.belongsTo(header, position) && batch.number() == expected ? batch : null;
    }

    private boolean take(Segment segment, BatchHeader batch) throws SpoolIoException {
        if (batch.records() == 0) {
            return true;
        }
        int start = descriptors.position();
        int end = start + batch.directoryBytes();
        if (end > descriptors.capacity() && !grow(end)) {
            return false;
        }
        ByteBuffer directory = descriptors.slice(start, batch.directoryBytes());
        segment.readStructure(directory, (long) position + batch.directoryOffset());
        if (directory.hasRemaining() || RecordHeader.crc(directory, 0, directory.capacity()) != batch.directoryCrc()) {
            return false;
        }
        descriptors.position(end);
        return true;
    }

    private boolean grow(int bytes) {
        long larger = Math.min(Math.max(bytes, descriptors.capacity() * 2L), bytesMax);
        if (larger < bytes) {
            return false;
        }
        descriptors = ByteBuffer.allocate((int) larger).put(descriptors.flip());
        return true;
    }
}
