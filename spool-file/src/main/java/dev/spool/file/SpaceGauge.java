package dev.spool.file;

import dev.spool.SpoolOptions;
import dev.spool.engine.spi.Backend;
import dev.spool.engine.spi.BackendContext;
import dev.spool.engine.spi.BatchRecord;
import dev.spool.engine.spi.MaintenanceStep;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Knows how much room there is, so that the committer can ask without I/O. Measured twice a second and whenever a segment is
 * taken or given back.
 *
 * <p>Room is what the volume has free, or what {@code maxTotalBytes} leaves, plus the pool. Below the reserve the spool is full to
 * stores: the reserve belongs to removes and compaction. It is four segments of the present size and a twentieth of what the
 * spool holds, but no more than an eighth of the volume. The last of it, not even removes can have; see {@link
 * Purpose}.
 */
final class SpaceGauge implements MaintenanceStep {

    private static final long PERIOD_NANOS = 500_000_000L;
    private static final int RESERVED_SEGMENTS = 4;
    private final BackendContext context;
    private final List<SegmentFiles> logs = new CopyOnWriteArrayList<>();
    private volatile Backend.Space space = Backend.Space.ENOUGH;
    private final int smallestSegmentBytes;
    private volatile long maxMessageBytes;

    SpaceGauge(BackendContext context) {
        this.context = context;
        this.maxMessageBytes = context.options().maxMessageBytes();
        this.smallestSegmentBytes = smallestSegmentBytes(context.options());
    }

    private static int smallestSegmentBytes(SpoolOptions options) {
        int part = FileLog.chunkBytesMax(options);
        int envelope = Math.min(part, 64 << 10);
        long needed = StreamWriter.segmentBytesFor(new BatchSize().add(BatchRecord.HEADROOM_BYTES, part + envelope));
        return (int) Math.min(
                options.segmentBytesMax(), Math.max(options.segmentBytesMin(), Long.highestOneBit(2 * needed - 1)));
    }

    void watch(SegmentFiles files) throws dev.spool.SpoolException {
        logs.add(files);
        step();
    }

    Backend.Space space() {
        return space;
    }

    /** Size of the smallest segment that takes any record. */
    int smallestSegmentBytes() {
        return smallestSegmentBytes;
    }

    long maxMessageBytes() {
        return maxMessageBytes;
    }

    @Override
    public String name() {
        return "space";
    }

    @Override
    public long step() throws dev.spool.SpoolException {
        long total = 0;
        long pool = 0;
        long largest = context.options().segmentBytesMin();
        for (SegmentFiles files : logs) {
            for (Segment segment : files.all()) {
                total += segment.sizeBytes();
                largest = Math.max(largest, segment.sizeBytes());
            }
            pool += files.poolBytes();
        }
        try {
            long volume = context.disk().totalBytes(context.directory());
            long free = context.disk().usableBytes(context.directory());
            long limit = context.options().maxTotalBytes().orElse(Long.MAX_VALUE);
            long room = Math.max(0, Math.min(free, limit - total)) + pool;
            long reserve = Math.max(
                    2L * Purpose.RESERVED_SEGMENTS * smallestSegmentBytes * logs.size(),
                    Math.min(RESERVED_SEGMENTS * largest + total / 20, Math.min(volume, limit) / 8));
            double keepFree = context.options().minFreeSpace() * Math.min(volume, limit);
            maxMessageBytes = Math.max(1, Math.min(context.options().maxMessageBytes(), volume / 8));
            space = room < reserve
                    ? Backend.Space.FULL
                    : room < reserve + (long) keepFree ? Backend.Space.LOW : Backend.Space.ENOUGH;
        } catch (IOException e) {
            throw new dev.spool.SpoolIoException(
                    "asking for the free space of " + context.directory() + " failed: " + e.getMessage(), e);
        }
        return PERIOD_NANOS;
    }
}
