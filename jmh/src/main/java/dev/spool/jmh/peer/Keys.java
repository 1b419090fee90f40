package dev.spool.jmh.peer;

import dev.spool.SpoolId;
import java.nio.ByteBuffer;

/** Ids as the key-value stores take them. */
final class Keys {

    private Keys() {}

    /** The 16 bytes of an id, which sort by time. */
    static byte[] of(SpoolId id) {
        return ByteBuffer.allocate(SpoolId.SIZE_BYTES)
                .putLong(id.high())
                .putLong(id.low())
                .array();
    }
}
