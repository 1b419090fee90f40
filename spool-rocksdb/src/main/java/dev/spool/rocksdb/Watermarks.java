package dev.spool.rocksdb;

import dev.spool.engine.spi.LogScan;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * How far each log was durable when somebody last wrote it down, kept in the engine's epoch file and so apart from RocksDB: its
 * recovery ends at the first bad record of the write-ahead log, and says nothing if what follows had been synced.
 *
 * <p>Encoded: {@code u8 1 | 7 x 0 | per log: u64 1 + last revision, or 0 if the log has not been made}, little-endian.
 */
final class Watermarks {

    /** No watermark of that log. */
    static final long NONE = -1;

    private static final byte VERSION = 1;

    private Watermarks() {}

    static long of(ByteBuffer note, int log) {
        ByteBuffer in = note.slice().order(ByteOrder.LITTLE_ENDIAN);
        int at = at(log);
        return in.limit() < at + 8 || in.get(0) != VERSION ? NONE : in.getLong(at) - 1;
    }

    /** That a log ends before what was durable. */
    static LogScan.Damage missing(Path directory, long watermark, LogState state) {
        return new LogScan.Damage(
                directory.toString(),
                "the write-ahead log ends at revision " + state.lastRevision() + ", but " + watermark
                        + " was durable: what lies between is lost");
    }

    /** The note with the watermark of one log replaced. */
    static ByteBuffer with(ByteBuffer note, int log, long revision) {
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
