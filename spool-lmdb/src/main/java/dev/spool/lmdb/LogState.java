package dev.spool.lmdb;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.spi.Head;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What each commit says of the log as a whole, in the same transaction.
 *
 * <p>Encoded, little-endian: {@code u32 CRC-32C of the rest | u32 log | u64 epoch | u64 next revision | u32 sealed | u32 0 |
 * u64 transaction | head}.
 *
 * <p>The transaction says which root page belongs to it: those carry no checksum, and a flipped bit could make the older one count.
 *
 * @param epoch the ownership under which it was written
 * @param nextRevision greater than any revision ever used
 * @param sealed whether the log was sealed then
 * @param transaction the commit that wrote it, 0 if none has yet
 */
record LogState(int log, long epoch, long nextRevision, boolean sealed, Head head, long transaction) {

    private static final byte[] KEY = "state".getBytes(StandardCharsets.US_ASCII);
    private static final int FIXED_BYTES = 40;

    LogState(int log, long epoch, long nextRevision, boolean sealed, Head head) {
        this(log, epoch, nextRevision, sealed, head, 0);
    }

    /** The state of a log that has never been written to. */
    static LogState empty(int log) {
        return new LogState(log, 0, 1, false, new Head());
    }

    /** The last revision that may have been used; 0 if none has. */
    long lastRevision() {
        return nextRevision - 1;
    }

    /** Whether a key of {@link Tree#STATE} is the one of this. */
    static boolean isKey(byte[] key) {
        return Arrays.equals(key, KEY);
    }

    /** Null if the log has never been written to. */
    static @Nullable LogState read(TreeReader trees, int log) throws SpoolException {
        byte[] bytes = trees.get(Tree.STATE, KEY);
        if (bytes == null) {
            return null;
        }
        LogState state = decode(bytes);
        if (state == null || state.log != log) {
            throw new SpoolCorruptException(
                    null,
                    trees.at(Tree.STATE, KEY),
                    state == null
                            ? "the head of the log fails its checksum"
                            : "this is log " + state.log + ", expected was log " + log);
        }
        return state;
    }

    /** Every commit writes it, be it unchanged. */
    void write(Transaction transaction) throws SpoolException {
        transaction.put(Tree.STATE, KEY, encode(transaction.number()));
    }

    private byte[] encode(long number) {
        ByteBuffer encodedHead = head.encode();
        ByteBuffer out =
                ByteBuffer.allocate(FIXED_BYTES + encodedHead.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(0).putInt(log).putLong(epoch).putLong(nextRevision);
        out.putInt(sealed ? 1 : 0).putInt(0).putLong(number).put(encodedHead);
        out.putInt(0, RecordHeader.crc(out, 4, out.capacity()));
        return out.array();
    }

    private static @Nullable LogState decode(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length < FIXED_BYTES || in.getInt(0) != RecordHeader.crc(in, 4, bytes.length)) {
            return null;
        }
        Head head = Head.decode(in.position(FIXED_BYTES));
        return head == null
                ? null
                : new LogState(in.getInt(4), in.getLong(8), in.getLong(16), in.getInt(24) == 1, head, in.getLong(32));
    }
}
