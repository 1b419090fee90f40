package dev.spool.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.TreeMap;

/**
 * The backend's note in the epoch file: for each log the segment that a recovery, or the first commit after a failed one, opened
 * last. {@code u32 count | count times: u32 log | u64 life}. A provisional segment counts only if it stands here, or if a
 * later segment's catalogue lists it.
 */
final class NamedSegments {

    private static final int ENTRY_BYTES = 12;

    private final Map<Integer, Long> lifeByLog = new TreeMap<>();

    private NamedSegments() {}

    static NamedSegments of(ByteBuffer note) {
        ByteBuffer in = note.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        NamedSegments named = new NamedSegments();
        int count = in.remaining() < 4 ? 0 : in.getInt();
        for (int i = 0; i < count && in.remaining() >= ENTRY_BYTES; i++) {
            named.lifeByLog.put(in.getInt(), in.getLong());
        }
        return named;
    }

    /** The life named for that log, 0 if none is. */
    long lifeOf(int log) {
        return lifeByLog.getOrDefault(log, 0L);
    }

    NamedSegments with(int log, long life) {
        lifeByLog.put(log, life);
        return this;
    }

    ByteBuffer encode() {
        ByteBuffer out = ByteBuffer.allocate(4 + lifeByLog.size() * ENTRY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(lifeByLog.size());
        lifeByLog.forEach((log, life) -> out.putInt(log).putLong(life));
        return out.flip();
    }
}
