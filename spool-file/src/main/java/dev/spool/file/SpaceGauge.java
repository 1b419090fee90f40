package dev.spool.file;

import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
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
    private static final int CHUNK_BYTES_MAX = 1 << 20;
    private final BackendContext context;
    private final List<SegmentFiles> logs = new CopyOnWriteArrayList<>();
    private volatile Backend.Space space = Backend.Space.ENOUGH;
    private final int chunkBytesMax;
    private final int smallestSegmentBytes;
    private volatile long maxMessageBytes;

    SpaceGauge(BackendContext context) {
        this.context = context;
        SpoolOptions options = context.options();
        this.maxMessageBytes = options.maxMessageBytes();
        this.chunkBytesMax =
                Math.min(CHUNK_BYTES_MAX, Math.min(options.segmentBytesMin() / 4, options.segmentBytesMax() / 16));
        int envelope = Math.min(chunkBytesMax, 64 << 10);
        BatchSize largest = new BatchSize().add(BatchRecord.HEADROOM_BYTES, chunkBytesMax + envelope);
        long needed = Long.highestOneBit(2 * StreamWriter.segmentBytesFor(largest) - 1);
        this.smallestSegmentBytes =
                (int) Math.min(options.segmentBytesMax(), Math.max(options.segmentBytesMin(), needed));
    }

    /** Size of the volume, or of the part of it that the spool may take. */
    private long volumeBytes() throws SpoolException {
        try {
            long limit = context.options().maxTotalBytes().orElse(Long.MAX_VALUE);
            return Math.min(context.disk().totalBytes(context.directory()), limit);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private SpoolIoException failure(IOException e) {
        return new SpoolIoException(
                "asking for the free space of " + context.directory() + " failed: " + e.getMessage(), e);
    }

    void watch(SegmentFiles files) throws SpoolException {
        logs.add(files);
        step();
    }

    Backend.Space space() {
        return space;
    }

    /** Largest part of a message that is written at once: a few fill the smallest segment without much waste. */
    int chunkBytesMax() {
        return chunkBytesMax;
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
    public long step() throws SpoolException {
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
        long volume = volumeBytes();
        long room = roomBytes(total) + pool;
        long least = (Purpose.OPERATIONS.segmentsLeft() + 2L) * smallestSegmentBytes * logs.size();
        long reserve = Math.max(least, Math.min(RESERVED_SEGMENTS * largest + total / 20, volume / 8));
        double keepFree = context.options().minFreeSpace() * volume;
        maxMessageBytes = Math.max(1, Math.min(context.options().maxMessageBytes(), volume / 8));
        space = room < reserve
                ? Backend.Space.FULL
                : room < reserve + (long) keepFree ? Backend.Space.LOW : Backend.Space.ENOUGH;
        return PERIOD_NANOS;
    }

    private long roomBytes(long total) throws SpoolException {
        try {
            long limit = context.options().maxTotalBytes().orElse(Long.MAX_VALUE);
            return Math.max(0, Math.min(context.disk().usableBytes(context.directory()), limit - total));
        } catch (IOException e) {
            throw failure(e);
        }
    }
}
