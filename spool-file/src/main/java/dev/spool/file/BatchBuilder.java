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
        int bytes = Blocks.align8(record.encodedBytes() + (payload == null ? 0 : payload.remaining()));
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
        int offset = describe(record, own, start);
        at += bytes;
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

    /** Adds a record as it stands on disk, header and payload alike. */
    private int place(RecordHeader record, ByteBuffer whole) {
        int offset = describe(record, whole, whole.position());
        at += whole.remaining();
        piece(whole);
        return offset;
    }

    /** Takes note of the next record, whose header has been encoded at {@code start}; returns its offset. */
    private int describe(RecordHeader record, ByteBuffer encoded, int start) {
        int headerBytes = record.encodedBytes();
        if (directory.remaining() < 8 + headerBytes) {
            ByteBuffer larger = ByteBuffer.allocateDirect(directory.capacity() * 2 + 8 + headerBytes)
                    .order(ByteOrder.LITTLE_ENDIAN);
            directory = larger.put(directory.flip());
        }
        directory.putInt(at).putInt(0);
        directory.put(directory.position(), encoded, start, headerBytes);
        directory.position(directory.position() + headerBytes);
        records++;
        return at;
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
