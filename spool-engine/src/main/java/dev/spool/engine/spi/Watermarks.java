package dev.spool.engine.spi;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How far each log was durable when somebody last wrote it down: a {@link BackendContext#note()}, and so apart from the files of a
 * library that take a shorter past of theirs for the whole.
 *
 * <p>Encoded: {@code u8 1 | 7 x 0 | per log: u64 1 + last revision, or 0 if the log has not been made}, little-endian.
 */
public final class Watermarks {

    /** No watermark of that log. */
    public static final long NONE = -1;

    private static final byte VERSION = 1;

    private Watermarks() {}

    /** A revision up to which a log was durable; {@link #NONE} if the note does not tell. */
    public static long of(ByteBuffer note, int log) {
        ByteBuffer in = note.slice().order(ByteOrder.LITTLE_ENDIAN);
        int at = at(log);
        return in.limit() < at + 8 || in.get(0) != VERSION ? NONE : in.getLong(at) - 1;
    }

    /** The note with the watermark of one log replaced. */
    public static ByteBuffer with(ByteBuffer note, int log, long revision) {
        ByteBuffer in = note.slice();
        boolean known = in.limit() > 8 && in.get(0) == VERSION;
        ByteBuffer out = ByteBuffer.allocate(Math.max(at(log) + 8, known ? in.limit() : 0))
                .order(ByteOrder.LITTLE_ENDIAN);
        if (known) {
            out.put(0, in, 0, in.limit());
        }
        return out.put(0, VERSION).putLong(at(log), revision + 1);
    }

    private static int at(int log) {
        return 8 + 8 * log;
    }
}
