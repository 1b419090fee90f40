package dev.spool.lmdb;

import dev.spool.MessageInfo;
import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.engine.record.Extensions;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import dev.spool.engine.spi.StoredMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Reads messages out of the trees, and believes nothing: each record's header, id, revision, length and checksum are verified. */
final class MessageReader {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private MessageReader() {}

    /**
     * @param catalogued what the catalogue holds of it
     * @throws SpoolCorruptException naming this message
     */
    static StoredMessage read(TreeReader trees, SpoolId id, byte[] catalogued, boolean withBody) throws SpoolException {
        try {
            CatalogueEntry entry = entry(trees, id, catalogued);
            ByteBuffer envelope = envelope(trees, entry);
            List<ByteBuffer> body = withBody ? body(trees, entry) : List.of();
            return new StoredMessage(entry.header().info(), envelope, body);
        } catch (SpoolCorruptException e) {
            throw e.id().isPresent() ? e : new SpoolCorruptException(id, e.where(), e.why(), e);
        }
    }

    static CatalogueEntry entry(TreeReader trees, SpoolId id, byte[] catalogued) throws SpoolCorruptException {
        CatalogueEntry entry = CatalogueEntry.decode(id, catalogued);
        if (entry == null) {
            throw new SpoolCorruptException(
                    id,
                    trees.at(Tree.CATALOGUE, Keys.catalogue(id)),
                    "the entry fails its checksum, or is another message's");
        }
        return entry;
    }

    /** Empty if there is none. */
    static ByteBuffer envelope(TreeReader trees, CatalogueEntry entry) throws SpoolException {
        byte[] key = entry.envelopeKey();
        if (key == null) {
            return NOTHING;
        }
        RecordHeader expected = entry.header();
        byte[] value = value(trees, expected.id(), key);
        RecordHeader found = header(trees, expected.id(), key, value);
        if (found.revision() != expected.revision()) {
            throw damaged(trees, expected.id(), key, "revision", expected.revision(), found.revision());
        }
        return payload(
                trees,
                expected.id(),
                key,
                value,
                found,
                expected.envelopeBytes(),
                expected.extensions().envelopeCrc());
    }

    /** The parts of the body, in order. */
    static List<ByteBuffer> body(TreeReader trees, CatalogueEntry entry) throws SpoolException {
        MessageInfo info = entry.header().info();
        SpoolId id = entry.header().id();
        List<ByteBuffer> parts = new ArrayList<>();
        CRC32C crc = new CRC32C();
        long bytes = 0;
        int number = 0;
        for (byte[] key : entry.partKeys()) {
            byte[] value = value(trees, id, key);
            RecordHeader header = header(trees, id, key, value);
            requirePlace(trees, entry, number, key, header);
            ByteBuffer part = payload(trees, id, key, value, header, header.partBytes(), header.partCrc());
            crc.update(part.duplicate());
            bytes += part.remaining();
            parts.add(part);
            number++;
        }
        byte[] first = Keys.part(id, entry.group(), 0);
        if (bytes != info.bodyBytes()) {
            throw damaged(trees, id, first, "body bytes", info.bodyBytes(), bytes);
        }
        int found = (int) crc.getValue();
        if (found != info.bodyCrc()) {
            throw damagedCrc(trees, id, first, "body", info.bodyCrc(), found);
        }
        return parts;
    }

    /** A part must be the one that its key says, of the body that the catalogue says. */
    private static void requirePlace(TreeReader trees, CatalogueEntry entry, int number, byte[] key, RecordHeader found)
            throws SpoolException {
        SpoolId id = found.id();
        boolean last = number == entry.lastPart();
        byte type = last ? RecordType.PUT : RecordType.CHUNK;
        if (found.type() != type) {
            throw damaged(trees, id, key, "record type", type, found.type());
        }
        if (last && found.revision() != entry.bodyRevision()) {
            throw damaged(trees, id, key, "revision", entry.bodyRevision(), found.revision());
        }
        Extensions.Chunks chunks = found.extensions().chunks();
        if (chunks != null && (chunks.firstRevision() != entry.group() || chunks.ordinal() != number)) {
            throw damaged(trees, id, key, "part", number, chunks.ordinal());
        }
    }

    private static byte[] value(TreeReader trees, SpoolId id, byte[] key) throws SpoolException {
        byte[] value = trees.get(Tree.RECORDS, key);
        if (value == null) {
            throw new SpoolCorruptException(
                    id, trees.at(Tree.RECORDS, key), "the catalogue names this record, and it is not there");
        }
        return value;
    }

    private static RecordHeader header(TreeReader trees, SpoolId id, byte[] key, byte[] value) throws SpoolException {
        RecordHeader header = RecordHeader.decode(ByteBuffer.wrap(value));
        if (header == null) {
            throw new SpoolCorruptException(id, trees.at(Tree.RECORDS, key), "the record's header fails its checksum");
        }
        if (!header.id().equals(id)) {
            throw new SpoolCorruptException(
                    id, trees.at(Tree.RECORDS, key), "expected a record of " + id + ", found one of " + header.id());
        }
        return header;
    }

    private static ByteBuffer payload(
            TreeReader trees, SpoolId id, byte[] key, byte[] value, RecordHeader header, int bytes, int crc)
            throws SpoolException {
        int start = header.encodedBytes();
        if (value.length - start != bytes) {
            throw damaged(trees, id, key, "payload bytes", bytes, value.length - start);
        }
        ByteBuffer payload = ByteBuffer.wrap(value, start, bytes).slice();
        int found = RecordHeader.crc(payload, 0, bytes);
        if (found != crc) {
            throw damagedCrc(trees, id, key, "payload", crc, found);
        }
        return payload;
    }

    private static SpoolCorruptException damaged(
            TreeReader trees, @Nullable SpoolId id, byte[] key, String what, long expected, long found) {
        return new SpoolCorruptException(
                id, trees.at(Tree.RECORDS, key), "expected " + what + " " + expected + ", found " + found);
    }

    private static SpoolCorruptException damagedCrc(
            TreeReader trees, SpoolId id, byte[] key, String what, int expected, int found) {
        return new SpoolCorruptException(
                id,
                trees.at(Tree.RECORDS, key),
                "the " + what + "'s CRC-32C is 0x" + Integer.toHexString(found) + ", not 0x"
                        + Integer.toHexString(expected));
    }
}
