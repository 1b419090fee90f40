package dev.spool.lmdb;

import dev.spool.SpoolId;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The keys of the trees, big-endian so that they sort by id.
 *
 * <pre>
 * catalogue  16 id
 * records    16 id | u64 group | u32 part        a part of a body; the group is the revision of its first part
 *            16 id | u64 revision | u32 ffffffff an envelope
 * state      "state" | "dead" | 'c' 16 id u64 group (a body of which the last part has not come)
 * </pre>
 */
final class Keys {

    static final int ID_BYTES = 16;

    private static final int RECORD_BYTES = ID_BYTES + 8 + 4;
    private static final int ENVELOPE = -1;
    private static final byte UNFINISHED = 'c';

    private Keys() {}

    static byte[] catalogue(SpoolId id) {
        return ByteBuffer.allocate(ID_BYTES)
                .putLong(id.high())
                .putLong(id.low())
                .array();
    }

    static byte[] part(SpoolId id, long group, int part) {
        return record(id, group, part);
    }

    static byte[] envelope(SpoolId id, long revision) {
        return record(id, revision, ENVELOPE);
    }

    /** Whether a key among the records is that of an envelope. */
    static boolean isEnvelope(byte[] key) {
        return key.length == RECORD_BYTES && ByteBuffer.wrap(key).getInt(RECORD_BYTES - 4) == ENVELOPE;
    }

    /** Marks a body whose parts are being written. */
    static byte[] unfinished(SpoolId id, long group) {
        return ByteBuffer.allocate(1 + ID_BYTES + 8)
                .put(UNFINISHED)
                .putLong(id.high())
                .putLong(id.low())
                .putLong(group)
                .array();
    }

    static boolean isUnfinished(byte[] key) {
        return key.length == 1 + ID_BYTES + 8 && key[0] == UNFINISHED;
    }

    /** Id and group of an unfinished body: what the keys of its parts begin with. */
    static byte[] partsOf(byte[] unfinishedKey) {
        return Arrays.copyOfRange(unfinishedKey, 1, unfinishedKey.length);
    }

    static byte[] firstUnfinished() {
        return new byte[] {UNFINISHED};
    }

    /** The id that a key of catalogue or records begins with. */
    static SpoolId id(byte[] key) {
        ByteBuffer in = ByteBuffer.wrap(key);
        return new SpoolId(in.getLong(), in.getLong());
    }

    static boolean beginsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    /** The smallest key greater than {@code key}. */
    static byte[] after(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }

    /** Greater than all keys of a message among the records, and less than those of the next one. */
    static byte[] behind(SpoolId id) {
        byte[] key = Arrays.copyOf(catalogue(id), RECORD_BYTES + 1);
        Arrays.fill(key, ID_BYTES, key.length, (byte) 0xff);
        return key;
    }

    private static byte[] record(SpoolId id, long revision, int part) {
        return ByteBuffer.allocate(RECORD_BYTES)
                .putLong(id.high())
                .putLong(id.low())
                .putLong(revision)
                .putInt(part)
                .array();
    }
}
