package dev.spool.rocksdb;

import dev.spool.SpoolId;
import dev.spool.engine.record.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bodies that a batch has made superfluous and the next one deletes: a batch whose outcome is in doubt can then be undone, because
 * everything that it replaced is still there.
 *
 * <p>Encoded: {@code u32 CRC-32C of the rest | u32 count | per body: 16 id, u64 revision of the first part, u32 parts, u32 0}.
 */
final class DeadBodies {

    private static final int ENTRY_BYTES = 32;

    private DeadBodies() {}

    /** A body by what its keys are made of. */
    record Body(SpoolId id, long firstRevision, int parts) {

        static Body of(SpoolId id, BodyLink link) {
            return new Body(id, link.firstRevision(), link.parts());
        }
    }

    static byte[] encode(List<Body> bodies) {
        ByteBuffer out = ByteBuffer.allocate(8 + bodies.size() * ENTRY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(0).putInt(bodies.size());
        for (Body body : bodies) {
            out.put(body.id().toBytes())
                    .putLong(body.firstRevision())
                    .putInt(body.parts())
                    .putInt(0);
        }
        out.putInt(0, RecordHeader.crc(out, 4, out.limit()));
        return out.array();
    }

    /** Null if the value is damaged: those bodies then stay until a repair. */
    static @Nullable List<Body> decode(byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN);
        if (value.length < 8
                || value.length != 8 + (long) in.getInt(4) * ENTRY_BYTES
                || in.getInt(0) != RecordHeader.crc(in, 4, value.length)) {
            return null;
        }
        List<Body> bodies = new ArrayList<>();
        for (int at = 8; at < value.length; at += ENTRY_BYTES) {
            bodies.add(new Body(SpoolId.from(in, at), in.getLong(at + 16), in.getInt(at + 24)));
        }
        return bodies;
    }
}
