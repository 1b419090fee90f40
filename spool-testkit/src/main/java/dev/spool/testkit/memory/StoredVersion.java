package dev.spool.testkit.memory;

import dev.spool.MessageInfo;
import dev.spool.SpoolCorruptException;
import dev.spool.SpoolId;
import dev.spool.engine.spi.Current;
import dev.spool.engine.spi.StoredMessage;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/** One version of a message as a {@link MemoryLog} holds it; immutable, so that its identity tells versions apart. */
final class StoredVersion extends Current {

    private final MessageInfo known;
    private final byte[] envelope;
    private final List<byte[]> body;

    StoredVersion(MessageInfo known, byte[] envelope, List<byte[]> body) {
        super(known);
        this.known = known;
        this.envelope = envelope;
        this.body = body;
    }

    /** This body under another envelope. */
    StoredVersion withEnvelope(MessageInfo newInfo, byte[] newEnvelope) {
        return new StoredVersion(newInfo, newEnvelope, body);
    }

    MessageInfo known() {
        return known;
    }

    /** The message, its lengths and checksums verified. */
    StoredMessage read(SpoolId id, boolean withBody) throws SpoolCorruptException {
        verify(id, "envelope", List.of(envelope), known.envelopeBytes(), known.envelopeCrc());
        if (withBody) {
            verify(id, "body", body, known.bodyBytes(), known.bodyCrc());
        }
        List<ByteBuffer> parts =
                withBody ? body.stream().map(StoredVersion::view).toList() : List.of();
        return new StoredMessage(known, view(envelope), parts);
    }

    private static void verify(SpoolId id, String what, List<byte[]> parts, long bytes, int crc)
            throws SpoolCorruptException {
        CRC32C actual = new CRC32C();
        long length = 0;
        for (byte[] part : parts) {
            actual.update(part);
            length += part.length;
        }
        if (length != bytes || (int) actual.getValue() != crc) {
            String why = String.format(
                    "expected %d bytes with checksum %08x, found %d with %08x",
                    bytes, crc, length, (int) actual.getValue());
            throw new SpoolCorruptException(id, what + " in memory", why);
        }
    }

    private static ByteBuffer view(byte[] bytes) {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }
}
