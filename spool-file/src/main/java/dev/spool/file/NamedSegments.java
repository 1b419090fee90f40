package dev.spool.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.TreeMap;

/**
 * The backend's note in the epoch file, which tells for each log:
 *
 * <ul>
 *   <li>the segment that a recovery, or the first commit after a failed one, opened last: a provisional segment counts only if it
 *       stands here, or if a later segment's catalogue lists it;
 *   <li>the newest hot segment that held acknowledged data when this was written, and its last batch that was durable then: nothing
 *       else would tell that the newest segment is missing, or was cut short.
 * </ul>
 *
 * <p>{@code u32 count | count times: u32 log | u64 life | u32 count | count times: u32 log | u64 life | u64 batch}.
 */
final class NamedSegments {

    private static final int NAME_BYTES = 12;
    private static final int NEWEST_BYTES = 20;

    private final Map<Integer, Long> lifeByLog = new TreeMap<>();
    private final Map<Integer, Newest> newestByLog = new TreeMap<>();

    /**
     * The newest hot segment of a log.
     *
     * @param life 0 if none was ever told
     * @param batch the number of a batch in it up to which all were durable
     */
    record Newest(long life, long batch) {
        static final Newest UNKNOWN = new Newest(0, 0);
    }

    private NamedSegments() {}

    static NamedSegments of(ByteBuffer note) {
        ByteBuffer in = note.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        NamedSegments named = new NamedSegments();
        int names = in.remaining() < 4 ? 0 : in.getInt();
        for (int i = 0; i < names && in.remaining() >= NAME_BYTES; i++) {
            named.lifeByLog.put(in.getInt(), in.getLong());
        }
        int newest = in.remaining() < 4 ? 0 : in.getInt();
        for (int i = 0; i < newest && in.remaining() >= NEWEST_BYTES; i++) {
            named.newestByLog.put(in.getInt(), new Newest(in.getLong(), in.getLong()));
        }
        return named;
    }

    /** The life named for that log, 0 if none is. */
    long lifeOf(int log) {
        return lifeByLog.getOrDefault(log, 0L);
    }

    Newest newestOf(int log) {
        return newestByLog.getOrDefault(log, Newest.UNKNOWN);
    }

    NamedSegments with(int log, long life) {
        lifeByLog.put(log, life);
        return this;
    }

    NamedSegments with(int log, Newest newest) {
        newestByLog.put(log, newest);
        return this;
    }

    ByteBuffer encode() {
        ByteBuffer out = ByteBuffer.allocate(8 + lifeByLog.size() * NAME_BYTES + newestByLog.size() * NEWEST_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(lifeByLog.size());
        lifeByLog.forEach((log, life) -> out.putInt(log).putLong(life));
        out.putInt(newestByLog.size());
        newestByLog.forEach(
                (log, newest) -> out.putInt(log).putLong(newest.life()).putLong(newest.batch()));
        return out.flip();
    }
}
