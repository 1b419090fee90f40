package dev.spool.rocksdb;

import dev.spool.SpoolId;
import java.nio.ByteBuffer;

/**
 * The keys of a database, in byte order:
 *
 * <pre>
 * 'b' | 16 id | u64 revision of the body's first part | u32 ordinal   a part of a body, big-endian
 * 'd'                                                                 bodies that the next batch deletes
 * 'h'                                                                 the state of the log
 * 'm' | 16 id                                                         a message: header, envelope, which body
 * 'u' | 16 id | u64 revision of the body's first part                 a body that is being written in parts
 * </pre>
 */
final class Keys {

    static final byte[] DEAD = {'d'};
    static final byte[] STATE = {'h'};

    private static final int ID_AT = 1;
    private static final int REVISION_AT = ID_AT + SpoolId.SIZE_BYTES;
    private static final int MESSAGE_BYTES = REVISION_AT;

    /** The longest key, that of a part. */
    static final int BYTES_MAX = REVISION_AT + 12;

    private Keys() {}

    static byte[] message(SpoolId id) {
        return start('m', id, MESSAGE_BYTES).array();
    }

    /** Before all messages. */
    static byte[] messages() {
        return new byte[] {'m'};
    }

    static boolean isMessage(byte[] key) {
        return key.length == MESSAGE_BYTES && key[0] == 'm';
    }

    static byte[] part(SpoolId id, long firstRevision, int ordinal) {
        return start('b', id, BYTES_MAX).putLong(firstRevision).putInt(ordinal).array();
    }

    static boolean isPart(byte[] key) {
        return key.length == BYTES_MAX && key[0] == 'b';
    }

    static int ordinal(byte[] partKey) {
        return ByteBuffer.wrap(partKey).getInt(REVISION_AT + 8);
    }

    static byte[] unfinished(SpoolId id, long firstRevision) {
        return start('u', id, REVISION_AT + 8).putLong(firstRevision).array();
    }

    /** Before all unfinished bodies. */
    static byte[] unfinished() {
        return new byte[] {'u'};
    }

    static boolean isUnfinished(byte[] key) {
        return key.length == REVISION_AT + 8 && key[0] == 'u';
    }

    static SpoolId id(byte[] key) {
        return SpoolId.from(ByteBuffer.wrap(key), ID_AT);
    }

    /** The revision in the key of a part or of an unfinished body. */
    static long firstRevision(byte[] key) {
        return ByteBuffer.wrap(key).getLong(REVISION_AT);
    }

    /** The first key that can follow. */
    static byte[] after(byte[] key) {
        return java.util.Arrays.copyOf(key, key.length + 1);
    }

    private static ByteBuffer start(char kind, SpoolId id, int bytes) {
        return ByteBuffer.allocate(bytes).put((byte) kind).putLong(id.high()).putLong(id.low());
    }
}
