package dev.spool.file;

import dev.spool.engine.record.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The first 128 bytes of a batch, little-endian; then its records, each at a multiple of 8; then, from the next block on, the
 * directory: a {@link Descriptor} for each record.
 *
 * <pre>
 *   0  u32  magic "BTCH"
 *   4  u32  CRC-32C of bytes 8 to 128
 *   8  u16  log
 *  10  u8   stream
 *  11  u8   0
 *  12  u32  records
 *  16  u64  batch number: counts up by one in its stream, except over a cut
 *  24  u64  durable number: the highest batch of this stream known to be synced when this one was written
 *  32  u64  epoch of the owner
 *  40  u64  life of the segment
 *  48  u64  salt of that life
 *  56  u32  position of this header in the file
 *  60  u32  bytes of the whole batch, a multiple of 4096
 *  64  u32  offset of the directory from this header, a multiple of 4096; 0 in an empty batch
 *  68  u32  bytes of the directory
 *  72  u32  CRC-32C of the directory
 *  76  52   0
 * </pre>
 *
 * <p>A batch is valid if its header, its directory and each record that the directory names check out. An empty batch is a
 * header alone; it proves the one before it.
 */
record BatchHeader(
        int log,
        Stream stream,
        int records,
        long number,
        long durableNumber,
        long epoch,
        long life,
        long salt,
        int position,
        int totalBytes,
        int directoryOffset,
        int directoryBytes,
        int directoryCrc) {

    static final int BYTES = 128;

    private static final int MAGIC = 0x48435442; // "BTCH"

    void encode(ByteBuffer target, int at) {
        ByteBuffer out = target.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < BYTES; i += 8) {
            out.putLong(at + i, 0);
        }
        out.putInt(at, MAGIC).putShort(at + 8, (short) log).put(at + 10, stream.code());
        out.putInt(at + 12, records).putLong(at + 16, number).putLong(at + 24, durableNumber);
        out.putLong(at + 32, epoch).putLong(at + 40, life).putLong(at + 48, salt);
        out.putInt(at + 56, position).putInt(at + 60, totalBytes);
        out.putInt(at + 64, directoryOffset).putInt(at + 68, directoryBytes).putInt(at + 72, directoryCrc);
        out.putInt(at + 4, RecordHeader.crc(out, at + 8, at + BYTES));
    }

    /**
     * Reads the header at {@code at}; null unless it is intact and its lengths make sense. Whether it belongs where it stands is
     * for {@link #belongsTo} to say.
     */
    static @Nullable BatchHeader decode(ByteBuffer source, int at) {
        ByteBuffer in = source.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        if (in.limit() - at < BYTES
                || in.getInt(at) != MAGIC
                || in.getInt(at + 4) != RecordHeader.crc(in, at + 8, at + BYTES)) {
            return null;
        }
        Stream stream = Stream.of(in.get(at + 10));
        if (stream == null) {
            return null;
        }
        BatchHeader header = new BatchHeader(
                in.getShort(at + 8) & 0xffff,
                stream,
                in.getInt(at + 12),
                in.getLong(at + 16),
                in.getLong(at + 24),
                in.getLong(at + 32),
                in.getLong(at + 40),
                in.getLong(at + 48),
                in.getInt(at + 56),
                in.getInt(at + 60),
                in.getInt(at + 64),
                in.getInt(at + 68),
                in.getInt(at + 72));
        return header.sane() ? header : null;
    }

    private boolean sane() {
        boolean blocks =
                totalBytes >= Blocks.BYTES && totalBytes % Blocks.BYTES == 0 && directoryOffset % Blocks.BYTES == 0;
        boolean empty = records == 0 && directoryOffset == 0 && directoryBytes == 0;
        boolean full = records > 0
                && directoryOffset >= Blocks.BYTES
                && directoryBytes >= records * (long) Descriptor.MIN_BYTES
                && directoryOffset + (long) directoryBytes <= totalBytes;
        return blocks && (empty || full);
    }

    /** Whether this is a batch of that life of that segment, standing where it was written, and fits the file. */
    boolean belongsTo(SegmentHeader segment, int at) {
        return life == segment.life()
                && salt == segment.salt()
                && log == segment.log()
                && stream == segment.stream()
                && position == at
                && position + (long) totalBytes <= segment.sizeBytes();
    }
}
