package dev.spool.file;

import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.spi.BatchRecord;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Lays one batch out: records one behind the other, then the directory in blocks of its own, as a list of pieces that one
 * gathering write puts to disk. Reused from batch to batch by one thread.
 */
final class BatchBuilder {

    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(Blocks.BYTES);

    private final ByteBuffer header = ByteBuffer.allocateDirect(BatchHeader.BYTES);
    private ByteBuffer directory = ByteBuffer.allocateDirect(Blocks.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private ByteBuffer[] pieces = new ByteBuffer[64];
    private int count;
    private int records;
    private int position;
    private int at;

    /** Starts a batch whose header will stand at {@code newPosition} in its file, after {@code before} if that is not null. */
    void begin(int newPosition, @Nullable ByteBuffer before) {
        count = 0;
        records = 0;
        position = newPosition;
        at = newPosition + BatchHeader.BYTES;
        directory.clear();
        if (before != null) {
            piece(before);
        }
        piece(header.clear());
    }

    int records() {
        return records;
    }

    /** Adds a record whose payload is staged with headroom in front; returns its location's offset. */
    int addStaged(RecordHeader record, ByteBuffer staged) {
        int headerBytes = record.encodedBytes();
        int limit = staged.limit();
        int padded = Blocks.align8(limit);
        ByteBuffer view = staged.duplicate().limit(padded);
        for (int i = limit; i < padded; i++) {
            view.put(i, (byte) 0);
        }
        int start = BatchRecord.HEADROOM_BYTES - headerBytes;
        view.position(start);
        record.encode(view);
        view.position(start);
        return place(record, view);
    }

    /** Adds a record with a payload of its own, or none; returns its offset. */
    int add(RecordHeader record, @Nullable ByteBuffer payload) {
        int bytes = payload == null ? 0 : payload.remaining();
        ByteBuffer whole = ByteBuffer.allocateDirect(Blocks.align8(record.encodedBytes() + bytes));
        record.encode(whole);
        if (payload != null) {
            whole.put(payload.duplicate());
        }
        return place(record, whole.clear());
    }

    /** Adds a record as it stands on disk, header and payload alike, under another header. */
    private int place(RecordHeader record, ByteBuffer whole) {
        int offset = at;
        at += whole.remaining();
        describe(offset, record);
        piece(whole);
        records++;
        return offset;
    }

    private void describe(int offset, RecordHeader record) {
        int bytes = 8 + record.encodedBytes();
        if (directory.remaining() < bytes) {
            ByteBuffer larger =
                    ByteBuffer.allocateDirect(directory.capacity() * 2 + bytes).order(ByteOrder.LITTLE_ENDIAN);
            directory = larger.put(directory.flip());
        }
        directory.putInt(offset).putInt(0);
        record.encode(directory);
    }

    /** Ends the batch; {@link #pieces()} are then to be written at the position given, {@link #totalBytes()} in all. */
    void finish(SegmentHeader segment, long number, long durableNumber, long epoch) {
        directory.flip();
        int directoryOffset = 0;
        int directoryBytes = directory.remaining();
        int crc = RecordHeader.crc(directory, 0, directoryBytes);
        pad();
        if (records > 0) {
            directoryOffset = at - position;
            piece(directory);
            at += directoryBytes;
            pad();
        }
        BatchHeader batch = new BatchHeader(
                segment.log(),
                segment.stream(),
                records,
                number,
                durableNumber,
                epoch,
                segment.life(),
                segment.salt(),
                position,
                totalBytes(),
                directoryOffset,
                directoryBytes,
                records > 0 ? crc : 0);
        batch.encode(header, 0);
        header.clear();
    }

    int totalBytes() {
        return at - position;
    }

    ByteBuffer[] pieces() {
        return pieces;
    }

    int pieceCount() {
        return count;
    }

    /** The directory of the finished batch. */
    ByteBuffer directory() {
        return directory.duplicate().rewind();
    }

    /** Lets go of the pieces, so that the buffers of a large batch are not kept. */
    void clear() {
        Arrays.fill(pieces, 0, count, null);
        count = 0;
    }

    private void pad() {
        int padding = Blocks.roundUp(at - position) - (at - position);
        if (padding > 0) {
            piece(ZEROS.duplicate().limit(padding));
            at += padding;
        }
    }

    private void piece(ByteBuffer buffer) {
        if (count == pieces.length) {
            pieces = Arrays.copyOf(pieces, count * 2);
        }
        pieces[count++] = buffer;
    }
}
