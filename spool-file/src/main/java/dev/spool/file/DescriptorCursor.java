package dev.spool.file;

import dev.spool.engine.record.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Walks over descriptors without making an object of each: opening a spool passes millions of them. The buffer's checksum has
 * been verified, or each descriptor's.
 */
final class DescriptorCursor {

    private static final int HEADER = 8;
    private static final int TAG_ENVELOPE = 1;
    private static final int ENVELOPE_EXTENSION_BYTES = 16;

    private final ByteBuffer in;
    private final int end;
    private int at;
    private int next;

    DescriptorCursor(ByteBuffer descriptors) {
        in = descriptors.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        next = in.position();
        end = in.limit();
    }

    /** Moves to the next descriptor; false at the end. */
    boolean next() {
        at = next;
        if (end - at < Descriptor.MIN_BYTES) {
            return false;
        }
        next = at + Descriptor.MIN_BYTES + extensionBytes();
        return next <= end;
    }

    int offset() {
        return in.getInt(at);
    }

    byte type() {
        return in.get(at + HEADER + 4);
    }

    byte flags() {
        return in.get(at + HEADER + 5);
    }

    long revision() {
        return in.getLong(at + HEADER + 8);
    }

    long idHigh() {
        return Long.reverseBytes(in.getLong(at + HEADER + 24));
    }

    long idLow() {
        return Long.reverseBytes(in.getLong(at + HEADER + 32));
    }

    int partBytes() {
        return in.getInt(at + HEADER + 40);
    }

    /** Bytes of the whole record, padded to 8. */
    int paddedRecordBytes() {
        return Blocks.align8(RecordHeader.BYTES + extensionBytes() + envelopeBytes() + partBytes());
    }

    /** Whether it tells more than an envelope's length and checksum: then it may name other records. */
    boolean hasLinks() {
        return extensionBytes() > (startsWithEnvelope() ? ENVELOPE_EXTENSION_BYTES : 0);
    }

    /** The whole descriptor, decoded and its checksum verified; null if it is damaged. */
    @org.jspecify.annotations.Nullable
    Descriptor descriptor() {
        ByteBuffer one = in.duplicate();
        one.limit(next).position(at);
        return Descriptor.decode(one);
    }

    private int extensionBytes() {
        return in.getShort(at + HEADER + 52) & 0xffff;
    }

    /** Body bytes of the whole message. */
    long bodyBytes() {
        return in.getInt(at + HEADER + 44) & 0xffff_ffffL;
    }

    int envelopeBytes() {
        return startsWithEnvelope() ? in.getInt(at + HEADER + RecordHeader.BYTES + 4) : 0;
    }

    private boolean startsWithEnvelope() {
        return extensionBytes() >= ENVELOPE_EXTENSION_BYTES && in.get(at + HEADER + RecordHeader.BYTES) == TAG_ENVELOPE;
    }
}
