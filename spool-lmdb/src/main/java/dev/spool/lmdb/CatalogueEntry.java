package dev.spool.lmdb;

import dev.spool.SpoolId;
import dev.spool.engine.record.Extensions;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the catalogue holds of a message: the header of its newest operation, under that header's checksum, with an extension that
 * says where the body stands: {@code u64 group | u64 revision of the last part | u32 number of the last part}.
 */
record CatalogueEntry(RecordHeader header, long group, long bodyRevision, int lastPart) {

    private static final byte TAG_BODY = 16;
    private static final int BODY_BYTES = 20;

    /** The entry that a PUT makes. */
    static CatalogueEntry ofPut(RecordHeader put) {
        Extensions.Chunks chunks = put.extensions().chunks();
        return chunks == null
                ? new CatalogueEntry(put, put.revision(), put.revision(), 0)
                : new CatalogueEntry(put, chunks.firstRevision(), put.revision(), chunks.ordinal());
    }

    /** This body under the envelope of another operation. */
    CatalogueEntry withEnvelope(RecordHeader envelope) {
        return new CatalogueEntry(envelope, group, bodyRevision, lastPart);
    }

    byte[] encode() {
        ByteBuffer body = ByteBuffer.allocate(BODY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        body.putLong(group).putLong(bodyRevision).putInt(lastPart).flip();
        RecordHeader linked = header.with(header.extensions().withOwn(List.of(new Extensions.Own(TAG_BODY, body))));
        ByteBuffer out = ByteBuffer.allocate(linked.encodedBytes());
        linked.encode(out);
        return out.array();
    }

    /** Null if these bytes are not the entry of that message, or damaged. */
    static @Nullable CatalogueEntry decode(SpoolId id, byte[] bytes) {
        RecordHeader header = RecordHeader.decode(ByteBuffer.wrap(bytes));
        if (header == null || !header.id().equals(id) || header.encodedBytes() != bytes.length) {
            return null;
        }
        ByteBuffer body = header.extensions().own(TAG_BODY);
        boolean operation = header.type() == RecordType.PUT || header.type() == RecordType.ENVELOPE;
        if (!operation || body == null || body.remaining() != BODY_BYTES) {
            return null;
        }
        CatalogueEntry entry = new CatalogueEntry(header, body.getLong(), body.getLong(), body.getInt());
        return entry.lastPart < 0 ? null : entry;
    }

    /** Bytes of body and envelope. */
    long bytes() {
        return header.bodyBytes() + header.envelopeBytes();
    }

    /** The key of the envelope's record, null if there is no envelope. */
    byte @Nullable [] envelopeKey() {
        return header.envelopeBytes() == 0 ? null : Keys.envelope(header.id(), header.revision());
    }

    /** The keys of the body's parts, in order. */
    List<byte[]> partKeys() {
        List<byte[]> keys = new ArrayList<>();
        for (int part = 0; part <= lastPart; part++) {
            keys.add(Keys.part(header.id(), group, part));
        }
        return keys;
    }

    /** The keys of all its records. */
    List<byte[]> recordKeys() {
        List<byte[]> keys = partKeys();
        byte[] envelope = envelopeKey();
        if (envelope != null) {
            keys.add(envelope);
        }
        return keys;
    }
}
