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

    /** Room for the records of a batch that nobody has staged, tombstones first of all. */
    private static final int OWN_BYTES = 64 << 10;

    /** What a descriptor has in front of the record's header. */
    private static final int DESCRIPTOR_BYTES = 8;

    private final ByteBuffer header = ByteBuffer.allocateDirect(BatchHeader.BYTES);
    private ByteBuffer directory = ByteBuffer.allocateDirect(Blocks.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer kept = ByteBuffer.allocateDirect(OWN_BYTES);
    private ByteBuffer own = kept;
    /** The last piece, if it is of {@link #own} and may grow. */
    private @Nullable ByteBuffer growing;

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
        own = kept.clear();
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
        reserve(headerBytes);
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
        int offset = describe(view, start, headerBytes, padded - start);
        piece(view);
        return offset;
    }

    /** Adds a record with a payload of its own, or none; returns its offset. If memory runs out here, the batch is not to be written. */
    int add(RecordHeader record, @Nullable ByteBuffer payload) {
        int headerBytes = record.encodedBytes();
        int bytes = Blocks.align8(headerBytes + (payload == null ? 0 : payload.remaining()));
        reserve(headerBytes);
        if (own.remaining() < bytes) {
            own = ByteBuffer.allocateDirect(Math.max(OWN_BYTES, bytes)); // the one before belongs to its pieces
            growing = null;
        }
        int start = own.position();
        record.encode(own);
        if (payload != null) {
            own.put(payload.duplicate());
        }
        while (own.position() < start + bytes) {
            own.put((byte) 0);
        }
        int offset = describe(own, start, headerBytes, bytes);
        ByteBuffer last = growing;
        if (last != null) {
            last.limit(start + bytes);
        } else {
            ByteBuffer piece = own.duplicate().limit(start + bytes).position(start);
            piece(piece);
            growing = piece;
        }
        return offset;
    }

    /** Makes room for the descriptor and the piece of one more record, so that nothing can fail half way. */
    private void reserve(int headerBytes) {
        if (directory.remaining() < DESCRIPTOR_BYTES + headerBytes) {
            int capacity = directory.capacity() * 2 + DESCRIPTOR_BYTES + headerBytes;
            ByteBuffer larger = ByteBuffer.allocateDirect(capacity).order(ByteOrder.LITTLE_ENDIAN);
            directory = larger.put(directory.flip());
        }
        if (count == pieces.length) {
            pieces = Arrays.copyOf(pieces, count * 2);
        }
    }

    /** Takes note of the next record, whose header has been encoded at {@code start}; returns its offset. */
    private int describe(ByteBuffer encoded, int start, int headerBytes, int bytes) {
        int offset = at;
        directory.putInt(offset).putInt(0);
        directory.put(directory.position(), encoded, start, headerBytes);
        directory.position(directory.position() + headerBytes);
        records++;
        at += bytes;
        return offset;
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
        growing = null;
        own = kept;
    }

    private void pad() {
        int padding = Blocks.roundUp(at - position) - (at - position);
        if (padding > 0) {
            piece(ZEROS.duplicate().limit(padding));
            at += padding;
        }
    }

    private void piece(ByteBuffer buffer) {
        growing = null;
        if (count == pieces.length) {
            pieces = Arrays.copyOf(pieces, count * 2);
        }
        pieces[count++] = buffer;
    }
}
