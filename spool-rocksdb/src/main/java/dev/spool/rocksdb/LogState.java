package dev.spool.rocksdb;

import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.spi.Head;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The state of a log after a batch, written in that batch.
 *
 * <pre>
 *  0  u32  CRC-32C of the rest
 *  4  u8   version, 1
 *  5  u8   0
 *  6  u16  log
 *  8  u16  shards
 * 10  6    0
 * 16  16   store id
 * 32  u64  epoch of the owner
 * 40  u64  number of the batch
 * 48  u64  last revision used, chunks included
 * 56  u64  revisions that are known to be lost: they were durable once, and are not found; 0 for none
 * 64       the head, see {@link Head}
 * </pre>
 *
 * @param batch counts the batches, so that one that is in doubt can be told to be there or not
 * @param lostRevisions sum over all losses
 */
record LogState(
        UUID storeId, int log, int shards, long epoch, long batch, long lastRevision, long lostRevisions, Head head) {

    private static final byte VERSION = 1;
    private static final int FIXED_BYTES = 64;

    byte[] encode() {
        ByteBuffer encodedHead = head.encode();
        ByteBuffer out =
                ByteBuffer.allocate(FIXED_BYTES + encodedHead.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(0).put(VERSION).put((byte) 0).putShort((short) log);
        out.putShort((short) shards).position(16);
        out.putLong(storeId.getMostSignificantBits()).putLong(storeId.getLeastSignificantBits());
        out.putLong(epoch).putLong(batch).putLong(lastRevision).putLong(lostRevisions);
        out.put(encodedHead);
        out.putInt(0, RecordHeader.crc(out, 4, out.limit()));
        return out.array();
    }

    /** Null if it is damaged, or of a version that is not known. */
    static @Nullable LogState decode(byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
        if (value.length < FIXED_BYTES
                || in.get(4) != VERSION
                || in.getInt(0) != RecordHeader.crc(in, 4, value.length)) {
            return null;
        }
        Head head = Head.decode(in.slice(FIXED_BYTES, value.length - FIXED_BYTES));
        return head == null
                ? null
                : new LogState(
                        new UUID(in.getLong(16), in.getLong(24)),
                        in.getShort(6) & 0xffff,
                        in.getShort(8) & 0xffff,
                        in.getLong(32),
                        in.getLong(40),
                        in.getLong(48),
                        in.getLong(56),
                        head);
    }
}
