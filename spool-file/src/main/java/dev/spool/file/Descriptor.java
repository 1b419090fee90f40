package dev.spool.file;

import dev.spool.engine.record.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * A record's entry in the directory of its batch, and again in the footer of its segment: {@code u32 offset of the record in the
 * file | u32 0 | the record's header and extensions, verbatim}. So every header stands at least twice, in different blocks, each
 * copy with a checksum of its own.
 *
 * @param offset of the record in its file
 */
record Descriptor(int offset, RecordHeader header) {

    static final int MIN_BYTES = 8 + RecordHeader.BYTES;

    int encodedBytes() {
        return 8 + header.encodedBytes();
    }

    /** Bytes of the record that this describes, padding to 8 included. */
    int paddedRecordBytes() {
        return Blocks.align8(header.recordBytes());
    }

    /** Reads the descriptor at the buffer's position and moves past it; null, not moving, if there is none intact. */
    static @Nullable Descriptor decode(ByteBuffer source) {
        if (source.remaining() < MIN_BYTES) {
            return null;
        }
        ByteBuffer in = source.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        int offset = in.getInt();
        in.getInt();
        RecordHeader header = RecordHeader.decode(in);
        if (header == null
                || offset < Blocks.BYTES
                || (offset & 7) != 0
                || header.partBytes() < 0
                || header.envelopeBytes() + (long) header.partBytes() > Location.MAX_RECORD_BYTES - 4096) {
            return null;
        }
        source.position(source.position() + 8 + header.encodedBytes());
        return new Descriptor(offset, header);
    }
}
