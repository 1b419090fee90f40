package dev.spool.file;

import dev.spool.SpoolException;
import dev.spool.SpoolFullException;
import dev.spool.SpoolIoException;
import dev.spool.engine.io.DiskFile;
import dev.spool.engine.spi.BackendContext;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * Gives a stream its next segment: a filled one from the pool, or, when none is ready, a new file whose blocks are written for the
 * first time by the commits themselves.
 */
final class SegmentSupply {

    /** A spool aims at this many segments before they grow. */
    private static final int SEGMENTS_AIMED_AT = 16;

    private final BackendContext context;
    private final int log;
    private final SegmentFiles files;
    private final SpaceGauge space;
    private final SplittableRandom salts;

    SegmentSupply(BackendContext context, int log, SegmentFiles files, SpaceGauge space) {
        this.space = space;
        this.context = context;
        this.log = log;
        this.files = files;
        this.salts = new SplittableRandom(context.storeId().getLeastSignificantBits()
                ^ context.epoch() * 0x9e3779b97f4a7c15L
                ^ context.clock().now().toEpochMilli());
    }

    /** Size of segments that suits the volume of data at present: from the smallest, doubling, to the largest. */
    int segmentBytes() {
        long total = 0;
        for (Segment segment : files.living()) {
            total += segment.sizeBytes();
        }
        long wanted = Long.highestOneBit(Math.max(1, total / SEGMENTS_AIMED_AT));
        int min = context.options().segmentBytesMin();
        return (int) Math.max(min, Math.min(context.options().segmentBytesMax(), wanted));
    }

    /**
     * Opens the next segment of a stream.
     *
     * @param neededBytes smallest size that will do
     * @param provisional whether it counts only once it is named
     * @throws SpoolFullException if the volume has no room for one; nothing was written
     */
    void open(StreamWriter writer, Stream stream, long neededBytes, boolean provisional, long previousLife)
            throws SpoolException {
        if (neededBytes > context.options().segmentBytesMax()) {
            throw new SpoolFullException("a batch needs a segment of " + neededBytes + " bytes, and segmentBytesMax is "
                    + context.options().segmentBytesMax() + "; raise it");
        }
        Segment segment = files.takeReady((int) neededBytes);
        try {
            if (segment == null) {
                int least = (int) Long.highestOneBit(2 * neededBytes - 1);
                int size = Math.max(segmentBytes(), least);
                size = size > roomBytes() ? least : size;
                segment = create(Math.min(size, context.options().segmentBytesMax()));
                context.options().metrics().ifPresent(metrics -> metrics.unfilledSegmentUsed(log));
            }
            SegmentHeader header = new SegmentHeader(
                    log,
                    true,
                    stream,
                    provisional,
                    segment.slot(),
                    files.nextLife(),
                    salts.nextLong(),
                    context.storeId(),
                    context.epoch(),
                    segment.sizeBytes(),
                    context.shards(),
                    writer.nextBatch(),
                    previousLife,
                    context.clock().now().toEpochMilli());
            writer.open(segment, header);
            space.step();
        } catch (SpoolException e) {
            throw e;
        } catch (IOException e) {
            throw new SpoolIoException(
                    "opening a segment in " + files.directory() + " failed: " + e.getMessage() + "; check the volume",
                    e);
        }
    }

    /** Bytes that new files of this log may take: what the volume has free, and what {@code maxTotalBytes} leaves of its share. */
    long roomBytes() throws IOException {
        long usable = context.disk().usableBytes(files.directory());
        long limit = context.options().maxTotalBytes().orElse(Long.MAX_VALUE) / context.shards();
        return Math.min(usable, limit - files.totalBytes());
    }

    private Segment create(int sizeBytes) throws IOException, SpoolException {
        long room = roomBytes();
        if (room < sizeBytes) {
            throw new SpoolFullException(
                    "no room for a segment of " + sizeBytes + " bytes in " + files.directory() + ": "
                            + room + " bytes are free; removes and compaction give space back, or enlarge the volume or"
                            + " maxTotalBytes");
        }
        Segment segment = files.addNew(sizeBytes);
        Path path = segment.path();
        try (DiskFile file = context.disk().openForWriting(path)) {
            file.truncate(sizeBytes);
        }
        context.disk().syncDirectory(files.directory());
        return segment;
    }
}
