package dev.spool.rocksdb;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolId;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import java.nio.ByteBuffer;

/** The record of a message without its body, as read and verified: a header of type PUT or ENVELOPE, then the envelope. */
record MessageRecord(RecordHeader header, BodyLink body, ByteBuffer envelope) {

    /** Reads a value and verifies all that it says of itself. */
    static MessageRecord decode(SpoolId id, int log, byte[] value, String where) throws SpoolCorruptException {
        ByteBuffer in = ByteBuffer.wrap(value);
        RecordHeader header = RecordHeader.decode(in);
        if (header == null) {
            throw new SpoolCorruptException(
                    id, where, "the header of its record of " + value.length + " bytes fails its checksum");
        }
        if (!header.id().equals(id) || header.log() != log) {
            throw new SpoolCorruptException(
                    id, where, "the record found is of message " + header.id() + " in log " + header.log());
        }
        BodyLink body = BodyLink.of(header.extensions());
        if (body == null || (header.type() != RecordType.PUT && header.type() != RecordType.ENVELOPE)) {
            throw new SpoolCorruptException(
                    id, where, "a record of type " + header.type() + " with body link " + body + " is no message");
        }
        int start = header.encodedBytes();
        if (value.length - start != header.envelopeBytes()) {
            throw new SpoolCorruptException(
                    id,
                    where,
                    "its envelope has " + (value.length - start) + " bytes instead of " + header.envelopeBytes());
        }
        int crc = header.envelopeBytes() == 0 ? 0 : RecordHeader.crc(in, start, value.length);
        if (crc != header.extensions().envelopeCrc()) {
            throw new SpoolCorruptException(
                    id,
                    where,
                    String.format(
                            "the checksum of its envelope is %08x instead of %08x",
                            crc, header.extensions().envelopeCrc()));
        }
        return new MessageRecord(header, body, in.slice(start, header.envelopeBytes()));
    }
}
