package dev.spool.file;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolIoException;
import dev.spool.engine.record.Extensions;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import dev.spool.engine.spi.StoredMessage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads records at their locations and verifies every checksum. Knows nothing of the index: whether a location is still the
 * newest is for its caller to say.
 */
final class RecordReader {

    /** Enough for any header with its extensions. */
    private static final int HEADER_READ_BYTES = 512;

    private final SegmentFiles files;

    RecordReader(SegmentFiles files) {
        this.files = files;
    }

    /** A verified record: its header, and a buffer from which envelope and body part can be cut. */
    record Read(RecordHeader header, ByteBuffer bytes) {

        ByteBuffer envelope() {
            return bytes.slice(header.encodedBytes(), header.envelopeBytes()).asReadOnlyBuffer();
        }

        ByteBuffer part() {
            return bytes.slice(header.encodedBytes() + header.envelopeBytes(), header.partBytes())
                    .asReadOnlyBuffer();
        }

        /** Envelope and body part together. */
        ByteBuffer payload() {
            return bytes.slice(header.encodedBytes(), header.envelopeBytes() + header.partBytes());
        }
    }

    /** A whole record, all its checksums verified. */
    Read read(SpoolId id, long location) throws SpoolException {
        Segment segment = segment(id, location);
        int offset = Location.offset(location);
        ByteBuffer bytes = bytes(segment, offset, Location.length(location));
        RecordHeader header = header(id, segment, offset, bytes);
        if (header.recordBytes() > bytes.remaining()) {
            throw corrupt(
                    id,
                    segment,
                    offset,
                    "a record of " + header.recordBytes() + " bytes where " + bytes.remaining() + " were indexed");
        }
        verifyEnvelope(id, segment, offset, header, bytes);
        int partStart = header.encodedBytes() + header.envelopeBytes();
        if (header.type() != RecordType.ENVELOPE) {
            verify(id, segment, offset, "body", header.partCrc(), bytes, partStart, header.partBytes());
        }
        return new Read(header, bytes);
    }

    /** A record's header and, if asked for, its verified envelope, without its body. */
    Read readHead(SpoolId id, long location, boolean withEnvelope) throws SpoolException {
        Segment segment = segment(id, location);
        int offset = Location.offset(location);
        int length = Location.length(location);
        ByteBuffer bytes = bytes(segment, offset, Math.min(length, HEADER_READ_BYTES));
        RecordHeader header = header(id, segment, offset, bytes);
        if (withEnvelope) {
            int needed = header.encodedBytes() + header.envelopeBytes();
            if (needed > length) {
                throw corrupt(
                        id,
                        segment,
                        offset,
                        "an envelope of " + header.envelopeBytes() + " bytes in a record of " + length);
            }
            if (needed > bytes.remaining()) {
                bytes = bytes(segment, offset, needed);
            }
            verifyEnvelope(id, segment, offset, header, bytes);
        }
        return new Read(header, bytes);
    }

    /** The message whose newest record is at {@code location}. */
    StoredMessage message(SpoolId id, long location, boolean withBody) throws SpoolException {
        if (!withBody) {
            Read head = readHead(id, location, true);
            return new StoredMessage(head.header().info(), head.envelope(), List.of());
        }
        Read newest = read(id, location);
        Read holder = newest;
        if (newest.header().type() == RecordType.ENVELOPE) {
            holder = read(id, linked(id, newest.header(), Links.BODY));
            requireBodyOf(id, newest.header(), holder.header());
        }
        return new StoredMessage(newest.header().info(), newest.envelope(), body(id, newest.header(), holder));
    }

    /** A link leads to a place, and another version of the same message may stand there by now. */
    private void requireBodyOf(SpoolId id, RecordHeader newest, RecordHeader holder) throws SpoolException {
        boolean belongs = holder.type() == RecordType.PUT
                && holder.bodyBytes() == newest.bodyBytes()
                && holder.info().bodyCrc() == newest.info().bodyCrc();
        if (!belongs) {
            throw new SpoolCorruptException(
                    id,
                    files.directory() + " revision " + newest.revision(),
                    "its link leads to a body of " + holder.bodyBytes() + " bytes and CRC-32C 0x"
                            + Integer.toHexString(holder.info().bodyCrc()) + ", not of " + newest.bodyBytes()
                            + " bytes and CRC-32C 0x"
                            + Integer.toHexString(newest.info().bodyCrc()));
        }
    }

    /** Fails unless {@code chunk} is the part of the same message before {@code after}: so no chain of links is endless. */
    void requireChunkBefore(SpoolId id, RecordHeader after, RecordHeader chunk) throws SpoolException {
        Extensions.Chunks own = chunk.extensions().chunks();
        Extensions.Chunks expected = after.extensions().chunks();
        boolean belongs = own != null
                && expected != null
                && own.firstRevision() == expected.firstRevision()
                && own.ordinal() == expected.ordinal() - 1;
        if (!belongs) {
            throw new SpoolCorruptException(
                    id,
                    files.directory() + " revision " + after.revision(),
                    "its link leads to " + own + ", not to the chunk before " + expected);
        }
    }

    /** The parts of the body that ends in {@code holder}, first to last. */
    private List<ByteBuffer> body(SpoolId id, RecordHeader newest, Read holder) throws SpoolException {
        Deque<ByteBuffer> parts = new ArrayDeque<>();
        parts.addFirst(holder.part());
        long bytes = holder.header().partBytes();
        RecordHeader at = holder.header();
        while (Links.link(at.extensions(), Links.PREVIOUS_CHUNK) != null && bytes <= newest.bodyBytes()) {
            Read chunk = read(id, linked(id, at, Links.PREVIOUS_CHUNK));
            requireChunkBefore(id, at, chunk.header());
            parts.addFirst(chunk.part());
            bytes += chunk.header().partBytes();
            at = chunk.header();
        }
        if (bytes != newest.bodyBytes()) {
            throw new SpoolCorruptException(
                    id,
                    files.directory() + " revision " + newest.revision(),
                    "the parts of the body have " + bytes + " bytes, not " + newest.bodyBytes());
        }
        return List.copyOf(parts);
    }

    /** The location that a link of this record leads to. */
    long linked(SpoolId id, RecordHeader from, byte tag) throws SpoolException {
        Links.Link link = Links.link(from.extensions(), tag);
        if (link == null) {
            throw new SpoolCorruptException(
                    id, files.directory() + " revision " + from.revision(), "the link with tag " + tag + " is missing");
        }
        return located(id, link);
    }

    /** The location of a linked record. */
    long located(SpoolId id, Links.Link link) throws SpoolException {
        Segment segment = files.ofLife(link.life());
        if (segment == null || !link.sane()) {
            throw new SpoolCorruptException(
                    id,
                    files.directory() + " life " + link.life() + " offset " + link.offset(),
                    segment == null ? "the segment that holds a part of it is gone" : "a link that leads nowhere");
        }
        return Location.of(segment.slot(), link.offset(), link.recordBytes());
    }

    private Segment segment(SpoolId id, long location) throws SpoolException {
        Segment segment = files.inSlot(Location.slot(location));
        if (segment == null) {
            throw new SpoolCorruptException(
                    id, String.valueOf(files.pathOf(Location.slot(location))), "the file is missing");
        }
        return segment;
    }

    private static RecordHeader header(SpoolId id, Segment segment, int offset, ByteBuffer bytes)
            throws SpoolException {
        @Nullable RecordHeader header = RecordHeader.decode(bytes);
        if (header == null) {
            throw corrupt(id, segment, offset, "the record header's checksum does not match");
        }
        if (!header.id().equals(id)) {
            throw corrupt(id, segment, offset, "the record belongs to message " + header.id());
        }
        if (header.envelopeBytes() < 0 || header.partBytes() < 0) {
            throw corrupt(id, segment, offset, "the record header has a negative length");
        }
        return header;
    }

    private static void verifyEnvelope(SpoolId id, Segment segment, int offset, RecordHeader header, ByteBuffer bytes)
            throws SpoolException {
        int expected = header.extensions().envelopeCrc();
        verify(id, segment, offset, "envelope", expected, bytes, header.encodedBytes(), header.envelopeBytes());
    }

    private static void verify(
            SpoolId id, Segment segment, int offset, String what, int expected, ByteBuffer bytes, int start, int length)
            throws SpoolException {
        int found = length == 0 ? 0 : RecordHeader.crc(bytes, start, start + length);
        if (length > 0 && found != expected) {
            throw corrupt(
                    id,
                    segment,
                    offset,
                    "the " + what + "'s CRC-32C is 0x" + Integer.toHexString(found) + ", not 0x"
                            + Integer.toHexString(expected));
        }
    }

    private static ByteBuffer bytes(Segment segment, int offset, int length) throws SpoolException {
        ByteBuffer bytes = ByteBuffer.allocate(length);
        try {
            segment.reader().read(bytes, offset);
        } catch (IOException e) {
            throw new SpoolIoException(
                    "reading " + length + " bytes at " + segment.at(offset) + " failed: " + e.getMessage()
                            + "; check the volume",
                    e);
        }
        return bytes.flip();
    }

    static SpoolCorruptException corrupt(SpoolId id, Segment segment, int offset, String why) {
        return new SpoolCorruptException(id, segment.at(offset), why);
    }
}
