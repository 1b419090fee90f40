package dev.spool.file;

import dev.spool.Fingerprint;
import dev.spool.engine.record.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * The end of a sealed segment: the head at that moment (hot segments), then the directories of all its batches, one after the
 * other, and in the last block of the file this trailer, little-endian, which says where they are. A footer spares a scan; what
 * it says stands in the batches too.
 *
 * <pre>
 *   0  u64  magic "SPOOLEND"
 *   8  u32  CRC-32C of bytes 12 to 128
 *  12  u16  log
 *  14  u8   stream
 *  15  u8   0
 *  16  u64  life
 *  24  u64  salt
 *  32  u64  number of the last batch, which is durable as all before it are
 *  40  u32  end of the last batch
 *  44  u32  offset of the footer's body, a multiple of 4096
 *  48  u32  bytes of the head at its beginning
 *  52  u32  bytes of the directories after it
 *  56  u32  CRC-32C of head and directories
 *  60  u32  descriptors
 *  64  u64  epoch of the owner that sealed
 *  72  32   digest of the head, zeros in a cold segment
 * 104  24   0
 * </pre>
 */
record Footer(
        int log,
        Stream stream,
        long life,
        long salt,
        long lastBatch,
        int end,
        int bodyOffset,
        int headBytes,
        int directoryBytes,
        int bodyCrc,
        int descriptors,
        long epoch,
        Fingerprint headDigest) {

    private static final long MAGIC = 0x444e454c4f4f5053L; // "SPOOLEND"
    private static final int BYTES = 128;

    /** Bytes that a footer with such a body takes at the end of a segment. */
    static int totalBytes(int bodyBytes) {
        return Blocks.roundUp(bodyBytes) + Blocks.BYTES;
    }

    /** The trailer block. */
    ByteBuffer encode() {
        ByteBuffer block = ByteBuffer.allocateDirect(Blocks.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        block.putLong(0, MAGIC).putShort(12, (short) log).put(14, stream.code());
        block.putLong(16, life)
                .putLong(24, salt)
                .putLong(32, lastBatch)
                .putInt(40, end)
                .putInt(44, bodyOffset);
        block.putInt(48, headBytes)
                .putInt(52, directoryBytes)
                .putInt(56, bodyCrc)
                .putInt(60, descriptors);
        block.putLong(64, epoch).put(72, headDigest.toBytes());
        block.putInt(8, RecordHeader.crc(block, 12, BYTES));
        return block;
    }

    /** Reads a trailer block; null unless it is intact and belongs to that life of that segment. */
    static @Nullable Footer decode(ByteBuffer source, SegmentHeader segment) {
        ByteBuffer block = source.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        if (block.limit() < BYTES
                || block.getLong(0) != MAGIC
                || block.getInt(8) != RecordHeader.crc(block, 12, BYTES)) {
            return null;
        }
        Stream stream = Stream.of(block.get(14));
        if (stream == null) {
            return null;
        }
        byte[] digest = new byte[Fingerprint.SIZE_BYTES];
        block.get(72, digest);
        Footer footer = new Footer(
                block.getShort(12) & 0xffff,
                stream,
                block.getLong(16),
                block.getLong(24),
                block.getLong(32),
                block.getInt(40),
                block.getInt(44),
                block.getInt(48),
                block.getInt(52),
                block.getInt(56),
                block.getInt(60),
                block.getLong(64),
                Fingerprint.of(digest));
        return footer.belongsTo(segment) ? footer : null;
    }

    /** Whether this looks like the footer of that life, though it may be damaged. */
    static boolean resembles(ByteBuffer source, SegmentHeader segment) {
        ByteBuffer block = source.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        boolean life = block.getLong(16) == segment.life();
        boolean salt = block.getLong(24) == segment.salt();
        return block.getLong(0) == MAGIC ? life || salt : life && salt;
    }

    private boolean belongsTo(SegmentHeader segment) {
        long bodyEnd = bodyOffset + (long) headBytes + directoryBytes;
        return life == segment.life()
                && salt == segment.salt()
                && log == segment.log()
                && headBytes >= 0
                && directoryBytes >= 0
                && end >= Blocks.BYTES
                && bodyOffset >= end
                && bodyEnd <= segment.sizeBytes() - Blocks.BYTES;
    }

    /** What this segment adds to the fingerprint: a digest of the trailer, which holds the checksum of the rest. */
    Fingerprint digest() {
        try {
            byte[] trailer = new byte[BYTES];
            encode().get(0, trailer);
            return Fingerprint.of(MessageDigest.getInstance("SHA-256").digest(trailer));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
