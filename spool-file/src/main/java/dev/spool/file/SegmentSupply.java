package dev.spool.file;

import dev.spool.SpoolException;
import dev.spool.SpoolFullException;
import dev.spool.SpoolIoException;
import dev.spool.engine.io.DiskFile;
import dev.spool.engine.spi.Backend;
import dev.spool.engine.spi.BackendContext;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.NoSuchFileException;
import java.util.SplittableRandom;

/**
 * Gives a stream its next segment: a filled one from the pool, or, when none is ready, a new file whose blocks are written for the
 * first time by the commits themselves.
 */
final class SegmentSupply {

    private static final System.Logger LOG = System.getLogger(SegmentSupply.class.getName());

    /** A spool aims at this many segments before they grow. */
    private static final int SEGMENTS_AIMED_AT = 16;

    /** A segment that is full sooner than this is followed by one twice as large. */
    private static final long PACE_NANOS = 250_000_000L;

    /** But none takes more than this part of the volume. */
    private static final int SEGMENTS_IN_VOLUME = 128;

    /** More files than an owner makes between two looks at the epoch. */
    private static final int SLOTS_LEFT = 256;

    private final BackendContext context;
    private final int log;
    private final SegmentFiles files;
    private final SpaceGauge space;
    private final SplittableRandom salts;
    private volatile int paceBytes;
    private long lastBegun;

    SegmentSupply(BackendContext context, int log, SegmentFiles files, SpaceGauge space) {
        this.space = space;
        this.context = context;
        this.log = log;
        this.files = files;
        this.paceBytes = context.options().segmentBytesMin();
        this.lastBegun = context.clock().nanoTime();
        this.salts = new SplittableRandom(context.storeId().getLeastSignificantBits()
                ^ context.epoch() * 0x9e3779b97f4a7c15L
                ^ context.clock().now().toEpochMilli());
    }

    /** Largest part of a message that is written at once. */
    int chunkBytesMax() {
        return space.chunkBytesMax();
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
     * Size of the next segment of the hot stream: as the volume of data asks for, and larger where segments fill up so fast that
     * ending one and beginning the next would be most of the work.
     */
    int hotSegmentBytes() {
        long share = Long.highestOneBit(Math.max(1, space.shareBytes() / SEGMENTS_IN_VOLUME));
        long paced = Math.min(paceBytes, Math.min(context.options().segmentBytesMax(), share));
        return (int) Math.max(segmentBytes(), paced);
    }

    /** Takes note that a segment of the hot stream begins. Committer. */
    private void pace() {
        long now = context.clock().nanoTime();
        long lasted = now - lastBegun;
        if (lasted < PACE_NANOS && paceBytes < context.options().segmentBytesMax()) {
            paceBytes *= 2;
        } else if (lasted > 16 * PACE_NANOS && paceBytes > context.options().segmentBytesMin()) {
            paceBytes /= 2;
        }
        lastBegun = now;
    }

    /**
     * Takes a segment for the next life of a stream. One for what is on disk already may be larger than {@code segmentBytesMax}: it
     * was written when that was larger.
     *
     * @param neededBytes smallest size that will do
     * @throws SpoolFullException if there is no room for one; nothing was written
     */
    Segment take(long neededBytes, Purpose purpose) throws SpoolException {
        if (purpose == Purpose.OPERATIONS && neededBytes > context.options().segmentBytesMax()) {
            throw new SpoolFullException("a batch needs a segment of " + neededBytes + " bytes, and segmentBytesMax is "
                    + context.options().segmentBytesMax() + "; raise it");
        }
        if (purpose == Purpose.OPERATIONS) {
            pace();
        }
        long kept = purpose.segmentsLeft() * (long) space.smallestSegmentBytes();
        try {
            Segment pooled = files.take((int) neededBytes, kept - roomBytes());
            int wanted = purpose == Purpose.OPERATIONS ? hotSegmentBytes() : segmentBytes();
            Segment segment = pooled != null ? pooled : create((int) neededBytes, wanted, kept);
            if (!segment.filled()) {
                prepare(segment);
            }
            return segment;
        } catch (SpoolException e) {
            throw e;
        } catch (IOException e) {
            throw new SpoolIoException(
                    "making a segment in " + files.directory() + " failed: " + e.getMessage() + "; check the volume",
                    e);
        } finally {
            measure();
        }
    }

    private void measure() {
        try {
            space.step();
        } catch (SpoolException e) {
            LOG.log(Level.DEBUG, "measured again in half a second", e);
        }
        context.wakeMaintenance(); // the pool has one less
    }

    /** Puts back a segment that was taken and not opened. */
    void giveBack(Segment segment) {
        files.addUnfilled(segment);
    }

    /**
     * Opens a segment that was taken.
     *
     * @param provisional whether it counts only once it is named
     */
    void open(StreamWriter writer, Segment segment, Stream stream, boolean provisional, long previousLife)
            throws SpoolException {
        SegmentHeader header = new SegmentHeader(
                log,
                true,
                stream,
                provisional,
                true, // prepared, if it was not filled
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
        try {
            writer.open(segment, header);
        } catch (IOException e) {
            giveBack(segment);
            throw new SpoolIoException(
                    "opening " + segment.path() + " failed: " + e.getMessage() + "; check the volume", e);
        }
    }

    /**
     * Keeps clear of an owner before this one that may still be writing: of the files without a life, which it may take or fill, and
     * of the names that come next, which it may use before it notices.
     */
    void leaveToPredecessor() {
        files.takePool().forEach(this::discard);
        files.skipSlots(SLOTS_LEFT);
    }

    /** Bytes that new files of this log may take. */
    long roomBytes() throws SpoolException {
        return space.roomBytes(files);
    }

    /** Makes a new file. Where room is short it is as small as will do. */
    private Segment create(int neededBytes, int wantedBytes, long kept) throws SpoolException {
        int doubled = Math.max(context.options().segmentBytesMin(), (int) Long.highestOneBit(2L * neededBytes - 1));
        int least = Math.max(neededBytes, Math.min(context.options().segmentBytesMax(), doubled));
        int wanted = Math.max(wantedBytes, least);
        long room = roomBytes() + files.poolBytes() - kept;
        int size = room < wanted || isShort() ? least : wanted;
        if (Math.min(room, roomBytes()) < size) {
            throw full(size, room);
        }
        return files.addNew(size);
    }

    private boolean isShort() {
        return space.of(files) != Backend.Space.ENOUGH;
    }

    /**
     * Prepares a file whose blocks have not been written: commits do that. Only its last one is, so that the file has its length,
     * durably, and one that is found shorter has lost something. Where room is short all are written now, so that no commit finds
     * that they are not there.
     */
    private void prepare(Segment segment) throws IOException, SpoolException {
        int size = segment.sizeBytes();
        boolean all = isShort();
        try (DiskFile file = context.disk().openForWriting(segment.path())) {
            Zeros.write(file, all ? 0 : size - Blocks.BYTES, size);
            file.sync();
            if (all) {
                segment.fill();
            }
            context.disk().syncDirectory(files.directory());
        } catch (IOException e) {
            discard(segment);
            if (roomBytes() < size || String.valueOf(e.getMessage()).matches("(?i).*(no space|quota).*")) {
                throw full(size, 0); // the volume gives less than it said
            }
            throw e;
        }
        context.options().metrics().ifPresent(metrics -> metrics.unfilledSegmentUsed(log));
    }

    private SpoolFullException full(int size, long room) {
        return new SpoolFullException("no room for a segment of " + size + " bytes in " + files.directory() + ": "
                + Math.max(0, room)
                + " bytes are free; removes and compaction give space back, or enlarge the volume or"
                + " maxTotalBytes");
    }

    /**
     * Deletes a file in which nothing counts. If that fails too it stays behind until the next open finds it of no use: the failure
     * that brought it here is the one to tell.
     */
    void discard(Segment segment) {
        boolean gone = true;
        try {
            context.disk().delete(segment.path());
            segment.deleted();
        } catch (NoSuchFileException e) {
            LOG.log(Level.DEBUG, "{0} had not been made", segment.path());
        } catch (IOException e) {
            LOG.log(Level.WARNING, "left " + segment.path() + " behind", e);
            gone = false;
        }
        files.withdraw(segment, gone);
    }
}
