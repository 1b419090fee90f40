package dev.spool.rocksdb;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolId;
import dev.spool.engine.record.Extensions;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import java.nio.ByteBuffer;

/** A part of a body: a header of type PUT for the last part or CHUNK for the others, then the bytes. */
final class BodyPart {

    private BodyPart() {}

    /** The header that a part is stored under: without the envelope, which has a record of its own. */
    static RecordHeader header(RecordHeader operation) {
        Extensions extensions = operation.extensions();
        return operation.with(new Extensions(0, 0, extensions.chunks(), extensions.own()));
    }

    /** The bytes of a part, once everything its header says has been verified. */
    static ByteBuffer decode(SpoolId id, BodyLink link, int ordinal, byte[] value, String where)
            throws SpoolCorruptException {
        ByteBuffer in = ByteBuffer.wrap(value);
        RecordHeader header = RecordHeader.decode(in);
        String part = "part " + ordinal + " of " + link.parts() + " of its body ";
        if (header == null) {
            throw new SpoolCorruptException(
                    id, where, part + "of " + value.length + " bytes fails the checksum of its header");
        }
        boolean last = ordinal == link.parts() - 1;
        Extensions.Chunks chunks = header.extensions().chunks();
        long first = chunks == null ? header.revision() : chunks.firstRevision();
        int stands = chunks == null ? 0 : chunks.ordinal();
        if (!header.id().equals(id)
                || first != link.firstRevision()
                || stands != ordinal
                || header.type() != (last ? RecordType.PUT : RecordType.CHUNK)
                || (last && header.revision() != link.lastRevision())) {
            throw new SpoolCorruptException(
                    id,
                    where,
                    part + "from revision " + link.firstRevision() + " to " + link.lastRevision()
                            + " was expected, found type " + header.type() + ", message " + header.id() + ", part "
                            + stands + " from revision " + first + ", its own " + header.revision());
        }
        int start = header.encodedBytes();
        int crc = RecordHeader.crc(in, start, value.length);
        if (value.length - start != header.partBytes() || crc != header.partCrc()) {
            throw new SpoolCorruptException(
                    id,
                    where,
                    String.format(
                            "%shas %d bytes with checksum %08x instead of %d with %08x",
                            part, value.length - start, crc, header.partBytes(), header.partCrc()));
        }
        return in.slice(start, header.partBytes());
    }
}
