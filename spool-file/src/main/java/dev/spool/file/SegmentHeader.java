package dev.spool.file;

import dev.spool.engine.record.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The first block of a segment file: what this life of the file is. Two equal copies, at 0 and 2048; little-endian.
 *
 * <pre>
 *   0  u64  magic "SPOOLSEG"
 *   8  u32  CRC-32C of bytes 12 to 128
 *  12  u16  format version
 *  14  u16  log
 *  16  u8   state: 1 = live, 2 = free
 *  17  u8   stream: 0 = hot, 1 = cold
 *  18  u8   flags: 1 = opened by a recovery or after a failed sync, counts only if it is named; 2 = the file had its full
 *           length, durably, when this life began
 *  19  u8   0
 *  20  u32  slot, the number in the file's name
 *  24  u64  life: the number of this life of a segment, unique in the log and increasing; free: of the life that ended
 *  32  u64  salt of this life, random
 *  40  16   store UUID
 *  56  u64  epoch of the owner that began this life
 *  64  u32  file size in bytes
 *  68  u16  shards of the store
 *  70  u16  incompatible feature bits
 *  72  u16  read-only-compatible feature bits
 *  74  u16  compatible feature bits
 *  76  u32  0
 *  80  u64  number of the first batch
 *  88  u64  life of the segment before it in its stream, 0 if there is none
 *  96  i64  begun at, milliseconds since 1970
 * 104  24   0
 * </pre>
 *
 * <p>The header of a new life is written together with its first batch. A life is over only when a free header has been written
 * over it and synced.
 */
record SegmentHeader(
        int log,
        boolean live,
        Stream stream,
        boolean provisional,
        boolean whole,
        int slot,
        long life,
        long salt,
        UUID storeId,
        long epoch,
        int sizeBytes,
        int shards,
        long firstBatch,
        long previousLife,
        long begunAtMillis) {

    static final int FORMAT_VERSION = 1;

    private static final long MAGIC = 0x4745534c4f4f5053L; // "SPOOLSEG"
    private static final int BYTES = 128;
    private static final int PROVISIONAL = 1;
    private static final int WHOLE = 2;
    private static final int SECOND_COPY = 2048;

    /** The whole first block. */
    ByteBuffer encode() {
        ByteBuffer block = ByteBuffer.allocateDirect(Blocks.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        encodeAt(block, 0);
        encodeAt(block, SECOND_COPY);
        return block;
    }

    private void encodeAt(ByteBuffer block, int at) {
        block.putLong(at, MAGIC);
        block.putShort(at + 12, (short) FORMAT_VERSION).putShort(at + 14, (short) log);
        block.put(at + 16, (byte) (live ? 1 : 2)).put(at + 17, stream.code());
        block.put(at + 18, (byte) ((provisional ? PROVISIONAL : 0) | (whole ? WHOLE : 0)));
        block.putInt(at + 20, slot).putLong(at + 24, life).putLong(at + 32, salt);
        block.putLong(at + 40, storeId.getMostSignificantBits()).putLong(at + 48, storeId.getLeastSignificantBits());
        block.putLong(at + 56, epoch).putInt(at + 64, sizeBytes).putShort(at + 68, (short) shards);
        block.putLong(at + 80, firstBatch).putLong(at + 88, previousLife).putLong(at + 96, begunAtMillis);
        block.putInt(at + 8, RecordHeader.crc(block, at + 12, at + BYTES));
    }

    /** Reads either copy; null if neither is intact. {@link #incompatible} tells why a newer version's is not one. */
    static @Nullable SegmentHeader decode(ByteBuffer block) {
        SegmentHeader first = decodeAt(block, 0);
        return first != null ? first : decodeAt(block, SECOND_COPY);
    }

    /** The two copies as they stand; null for one that is not intact. */
    record Copies(@Nullable SegmentHeader first, @Nullable SegmentHeader second) {

        static Copies of(ByteBuffer block) {
            return new Copies(decodeAt(block, 0), decodeAt(block, SECOND_COPY));
        }

        boolean equal() {
            return first != null && first.equals(second);
        }
    }

    private static @Nullable SegmentHeader decodeAt(ByteBuffer source, int at) {
        ByteBuffer block = source.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        if (!intact(block, at) || block.getShort(at + 12) != FORMAT_VERSION || block.getShort(at + 70) != 0) {
            return null;
        }
        int state = block.get(at + 16);
        Stream stream = Stream.of(block.get(at + 17));
        if (state < 1 || state > 2 || stream == null) {
            return null;
        }
        return new SegmentHeader(
                block.getShort(at + 14) & 0xffff,
                state == 1,
                stream,
                (block.get(at + 18) & PROVISIONAL) != 0,
                (block.get(at + 18) & WHOLE) != 0,
                block.getInt(at + 20),
                block.getLong(at + 24),
                block.getLong(at + 32),
                new UUID(block.getLong(at + 40), block.getLong(at + 48)),
                block.getLong(at + 56),
                block.getInt(at + 64),
                block.getShort(at + 68) & 0xffff,
                block.getLong(at + 80),
                block.getLong(at + 88),
                block.getLong(at + 96));
    }

    /** The version and feature bits of an intact header that this version must not read, or null if that is not the case. */
    static @Nullable String incompatible(ByteBuffer source) {
        ByteBuffer block = source.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        for (int at : new int[] {0, SECOND_COPY}) {
            if (intact(block, at) && (block.getShort(at + 12) != FORMAT_VERSION || block.getShort(at + 70) != 0)) {
                return "version " + block.getShort(at + 12) + ", incompatible features 0x"
                        + Integer.toHexString(block.getShort(at + 70) & 0xffff);
            }
        }
        return null;
    }

    private static boolean intact(ByteBuffer block, int at) {
        return block.limit() >= at + BYTES
                && block.getLong(at) == MAGIC
                && block.getInt(at + 8) == RecordHeader.crc(block, at + 12, at + BYTES);
    }

    /** This header for another log and first batch. */
    SegmentHeader of(int otherLog, long otherFirstBatch) {
        return new SegmentHeader(
                otherLog,
                live,
                stream,
                provisional,
                whole,
                slot,
                life,
                salt,
                storeId,
                epoch,
                sizeBytes,
                shards,
                otherFirstBatch,
                previousLife,
                begunAtMillis);
    }

    /** The header that ends this life. */
    SegmentHeader freed() {
        return new SegmentHeader(
                log,
                false,
                stream,
                false,
                false,
                slot,
                life,
                salt,
                storeId,
                epoch,
                sizeBytes,
                shards,
                firstBatch,
                previousLife,
                begunAtMillis);
    }
}
