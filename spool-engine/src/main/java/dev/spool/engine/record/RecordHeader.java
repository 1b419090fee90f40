package dev.spool.engine.record;

import dev.spool.MessageInfo;
import dev.spool.SpoolId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The header of every record, in every backend: 64 bytes, little-endian, followed by tagged extensions, then the envelope, then
 * the body (or this record's part of it).
 *
 * <pre>
 *  0  u32  CRC-32C of the rest of the header and of the extensions
 *  4  u8   type, see {@link RecordType}
 *  5  u8   flags
 *  6  u16  log
 *  8  u64  revision
 * 16  u64  birth revision
 * 24  16   id
 * 40  u32  body bytes in this record, as stored
 * 44  u32  body bytes of the whole message, logical
 * 48  u32  CRC-32C of the body bytes in this record, as stored (ENVELOPE: of the body it belongs to)
 * 52  u16  bytes of extensions, a multiple of 8
 * 54  u8   codec id, 0 = as is
 * 55  u8   key id, 0 = not encrypted
 * 56  i64  stored at, milliseconds since 1970
 * </pre>
 */
public record RecordHeader(
        byte type,
        byte flags,
        int log,
        long revision,
        long birthRevision,
        SpoolId id,
        int partBytes,
        long bodyBytes,
        int partCrc,
        long storedAtMillis,
        Extensions extensions) {

    public static final int BYTES = 64;

    /** Copied by compaction: same revision as the original, not an operation of its own. */
    public static final byte FLAG_RELOCATED = 1;

    /** Writes header and extensions at the buffer's position and moves it past them. */
    public void encode(ByteBuffer target) {
        ByteOrder order = target.order();
        encodeLittleEndian(target.order(ByteOrder.LITTLE_ENDIAN));
        target.order(order);
    }

    private void encodeLittleEndian(ByteBuffer out) {
        int start = out.position();
        out.putInt(0).put(type).put(flags).putShort((short) log);
        out.putLong(revision).putLong(birthRevision);
        out.putLong(Long.reverseBytes(id.high())).putLong(Long.reverseBytes(id.low()));
        out.putInt(partBytes).putInt((int) bodyBytes).putInt(partCrc);
        out.putShort((short) extensions.encodedBytes()).put((byte) 0).put((byte) 0);
        out.putLong(storedAtMillis);
        extensions.encode(out);
        int end = out.position();
        int limit = out.limit();
        CRC32C crc = new CRC32C();
        crc.update(out.limit(end).position(start + 4));
        out.limit(limit).putInt(start, (int) crc.getValue());
    }

    /** This header marked as that of a copy. */
    public RecordHeader relocated() {
        return new RecordHeader(
                type,
                (byte) (flags | FLAG_RELOCATED),
                log,
                revision,
                birthRevision,
                id,
                partBytes,
                bodyBytes,
                partCrc,
                storedAtMillis,
                extensions);
    }

    /** This header with another birth revision. */
    public RecordHeader bornAt(long revisionAtBirth) {
        return new RecordHeader(
                type,
                flags,
                log,
                revision,
                revisionAtBirth,
                id,
                partBytes,
                bodyBytes,
                partCrc,
                storedAtMillis,
                extensions);
    }

    /** This header with other extensions. */
    public RecordHeader with(Extensions others) {
        return new RecordHeader(
                type, flags, log, revision, birthRevision, id, partBytes, bodyBytes, partCrc, storedAtMillis, others);
    }

    /** Bytes of header and extensions. */
    public int encodedBytes() {
        return BYTES + extensions.encodedBytes();
    }

    /** Bytes of the envelope that follows the extensions. */
    public int envelopeBytes() {
        return extensions.envelopeBytes();
    }

    /** Bytes of the whole record without padding. */
    public int recordBytes() {
        return encodedBytes() + envelopeBytes() + partBytes;
    }

    /** Reads and verifies a header at the buffer's position, which does not move. Null if it is not one, or damaged. */
    public static @Nullable RecordHeader decode(ByteBuffer source) {
        ByteBuffer in = source.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        int start = in.position();
        if (in.remaining() < BYTES) {
            return null;
        }
        int extensionBytes = in.getShort(start + 52) & 0xffff;
        int end = start + BYTES + extensionBytes;
        if (extensionBytes % 8 != 0 || end > in.limit() || in.getInt(start) != crc(in, start + 4, end)) {
            return null;
        }
        Extensions extensions = Extensions.decode(in, start + BYTES, extensionBytes);
        if (extensions == null) {
            return null;
        }
        return new RecordHeader(
                in.get(start + 4),
                in.get(start + 5),
                in.getShort(start + 6) & 0xffff,
                in.getLong(start + 8),
                in.getLong(start + 16),
                SpoolId.from(in, start + 24),
                in.getInt(start + 40),
                in.getInt(start + 44) & 0xffff_ffffL,
                in.getInt(start + 48),
                in.getLong(start + 56),
                extensions);
    }

    /** CRC-32C of {@code [from, to)}, not moving the buffer. */
    public static int crc(ByteBuffer buffer, int from, int to) {
        CRC32C crc = new CRC32C();
        ByteBuffer view = buffer.duplicate();
        view.limit(to).position(from);
        crc.update(view);
        return (int) crc.getValue();
    }

    /** What this record tells of the message it is the newest record of. */
    public MessageInfo info() {
        Extensions.Chunks chunks = extensions.chunks();
        return new MessageInfo(
                revision,
                birthRevision,
                bodyBytes,
                chunks == null ? partCrc : chunks.bodyCrc(),
                envelopeBytes(),
                extensions.envelopeCrc(),
                Instant.ofEpochMilli(storedAtMillis));
    }
}
