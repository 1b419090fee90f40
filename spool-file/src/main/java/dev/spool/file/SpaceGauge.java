package dev.spool.file;

import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.SpoolOptions;
import dev.spool.engine.spi.Backend;
import dev.spool.engine.spi.BackendContext;
import dev.spool.engine.spi.BatchRecord;
import dev.spool.engine.spi.MaintenanceStep;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Knows how much room each log has, so that the committer can ask without I/O. Measured twice a second and whenever a segment is
 * taken or given back.
 *
 * <p>Room is the log's share of what the volume has free, or of what {@code maxTotalBytes} leaves, plus its pool. Below the reserve the spool is full to
 * stores: the reserve belongs to removes and compaction. It is four segments of the present size and a twentieth of what the
 * log holds, but no more than an eighth of its share of the volume. The last of it, not even removes can have; see {@link
 * Purpose}.
 */
final class SpaceGauge implements MaintenanceStep {

    private static final long PERIOD_NANOS = 500_000_000L;
    private static final int RESERVED_SEGMENTS = 4;
    private static final int CHUNK_BYTES_MAX = 1 << 20;
    private final BackendContext context;
    private final Map<SegmentFiles, Backend.Space> spaces = new ConcurrentHashMap<>();
    private volatile Backend.Space least = Backend.Space.ENOUGH;
    private final int chunkBytesMax;
    private final int smallestSegmentBytes;
    private volatile long maxMessageBytes;
    private volatile long shareBytes;

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
        spaces.put(files, Backend.Space.ENOUGH);
        step();
    }

    /** The space of the log that has the least. */
    Backend.Space space() {
        return least;
    }

    Backend.Space of(SegmentFiles log) {
        return spaces.getOrDefault(log, Backend.Space.ENOUGH);
    }

    /** What a log may take of the volume at the most. */
    long shareBytes() {
        return shareBytes;
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
        long volume = volumeBytes();
        shareBytes = volume / context.shards();
        maxMessageBytes = Math.max(1, Math.min(context.options().maxMessageBytes(), volume / 8));
        Backend.Space worst = Backend.Space.ENOUGH;
        for (Map.Entry<SegmentFiles, Backend.Space> entry : spaces.entrySet()) {
            Backend.Space space = measure(entry.getKey(), shareBytes);
            entry.setValue(space);
            worst = space.compareTo(worst) > 0 ? space : worst;
        }
        least = worst;
        return PERIOD_NANOS;
    }

    private Backend.Space measure(SegmentFiles log, long share) throws SpoolException {
        long total = 0;
        long largest = context.options().segmentBytesMin();
        for (Segment segment : log.all()) {
            total += segment.sizeBytes();
            largest = Math.max(largest, segment.sizeBytes());
        }
        long room = roomBytes(log) + log.poolBytes();
        long forRemoves = (Purpose.OPERATIONS.segmentsLeft() + 3L) * smallestSegmentBytes;
        long reserve = Math.max(forRemoves, Math.min(RESERVED_SEGMENTS * largest + total / 20, share / 8));
        long keepFree = (long) (context.options().minFreeSpace() * share);
        if (room < reserve) {
            return Backend.Space.FULL;
        }
        return room < reserve + keepFree ? Backend.Space.LOW : Backend.Space.ENOUGH;
    }

    /** Bytes that new files of a log may take: its share of what the volume has free, and of {@code maxTotalBytes}. */
    long roomBytes(SegmentFiles log) throws SpoolException {
        try {
            long usable = context.disk().usableBytes(context.directory());
            long limit = context.options().maxTotalBytes().orElse(Long.MAX_VALUE) / context.shards();
            return Math.max(0, Math.min(usable / context.shards(), limit - log.totalBytes()));
        } catch (IOException e) {
            throw failure(e);
        }
    }
}
