package dev.spool.rocksdb;

import dev.spool.engine.record.Extensions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Where the body of a message stands, kept in its header as the extension {@value #TAG}: {@code u64 revision of the first part |
 * u64 revision of the last part | u32 parts | u32 0}.
 */
record BodyLink(long firstRevision, long lastRevision, int parts) {

    private static final byte TAG = 16;
    private static final int BYTES = 24;

    Extensions.Own encode() {
        ByteBuffer value = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        value.putLong(firstRevision).putLong(lastRevision).putInt(parts).putInt(0);
        return new Extensions.Own(TAG, value.flip());
    }

    /** Null if there is none, or none that can be. */
    static @Nullable BodyLink of(Extensions extensions) {
        ByteBuffer value = extensions.own(TAG);
        if (value == null || value.remaining() != BYTES) {
            return null;
        }
        BodyLink link = new BodyLink(value.getLong(0), value.getLong(8), value.getInt(16));
        return link.parts > 0 ? link : null;
    }
}
