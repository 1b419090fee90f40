package dev.spool.file;

import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Verifies batches and their records in the bytes of a segment, or of a part of one. */
final class BatchVerifier {

    private final ByteBuffer bytes;
    private final int base;

    /**
     * @param bytes from the file
     * @param base position in the file at which they begin
     */
    BatchVerifier(ByteBuffer bytes, int base) {
        this.bytes = bytes;
        this.base = base;
    }

    /** What is wrong with a record. */
    enum Fault {
        /** The header in place is damaged, or differs from its copy in the directory. */
        HEADER,
        ENVELOPE,
        BODY
    }

    /** A copy of the directory of the batch at {@code at}, unverified: small, where the bytes may be a whole segment. */
    ByteBuffer directory(BatchHeader batch, int at) {
        ByteBuffer copy = ByteBuffer.allocate(batch.directoryBytes()).order(ByteOrder.LITTLE_ENDIAN);
        return copy.put(0, bytes, at - base + batch.directoryOffset(), batch.directoryBytes());
    }

    boolean directoryIntact(BatchHeader batch, int at) {
        int start = at - base + batch.directoryOffset();
        return RecordHeader.crc(bytes, start, start + batch.directoryBytes()) == batch.directoryCrc();
    }

    /** Whether directory and records of the batch whose header stands at {@code at} check out. All of it is in the bytes. */
    boolean valid(BatchHeader batch, int at) {
        if (batch.records() == 0) {
            return true;
        }
        if (!directoryIntact(batch, at)) {
            return false;
        }
        ByteBuffer entries = directory(batch, at);
        int found = 0;
        while (entries.hasRemaining()) {
            Descriptor descriptor = Descriptor.decode(entries);
            if (descriptor == null || fault(descriptor, at, at + batch.totalBytes()) != null) {
                return false;
            }
            found++;
        }
        return found == batch.records();
    }

    /**
     * What is wrong with the record that stands where the descriptor says, within [{@code from}, {@code to}); null if nothing is.
     */
    @Nullable
    Fault fault(Descriptor descriptor, int from, int to) {
        int start = descriptor.offset();
        RecordHeader expected = descriptor.header();
        if (start < from || start + (long) expected.recordBytes() > to) {
            return Fault.HEADER;
        }
        RecordHeader found =
                RecordHeader.decode(bytes.duplicate().limit(to - base).position(start - base));
        if (found == null || !found.equals(expected)) {
            return Fault.HEADER;
        }
        int envelope = start - base + expected.encodedBytes();
        if (!crcMatches(
                envelope, expected.envelopeBytes(), expected.extensions().envelopeCrc())) {
            return Fault.ENVELOPE;
        }
        int part = envelope + expected.envelopeBytes();
        boolean bodyElsewhere = expected.type() == RecordType.ENVELOPE;
        return bodyElsewhere || crcMatches(part, expected.partBytes(), expected.partCrc()) ? null : Fault.BODY;
    }

    private boolean crcMatches(int start, int length, int crc) {
        return length == 0 || RecordHeader.crc(bytes, start, start + length) == crc;
    }
}
