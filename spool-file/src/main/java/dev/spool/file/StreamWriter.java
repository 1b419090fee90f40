package dev.spool.file;

import dev.spool.Fingerprint;
import dev.spool.SpoolInDoubtException;
import dev.spool.engine.io.DiskFile;
import dev.spool.engine.io.EngineClock;
import dev.spool.engine.spi.Durable;
import dev.spool.engine.spi.Head;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Writes the batches of one stream into its active segment, and the footer at the end. Used by one thread at a time: the
 * committer for the hot stream, the compactor for the cold one. After a failed write or sync the active segment is abandoned at
 * its last good batch, and never written again.
 */
final class StreamWriter {

    private static final int FOOTER_INITIAL_BYTES = 64 << 10;

    private final SegmentFiles files;
    private final EngineClock clock;
    private final long epoch;
    private final BatchBuilder builder = new BatchBuilder();
    private volatile @Nullable Segment segment;
    private @Nullable DiskFile file;
    /** The directories of the active segment's batches: the footer to be, off the heap so that it is written as it is. */
    private ByteBuffer directories = ByteBuffer.allocateDirect(0);

    private int descriptors;
    private int position;
    private boolean begun;
    private long nextBatch;
    private long durableBatch;
    private long provenBatch;
    private long writtenBatch;
    private int durableEnd;
    private volatile int provenEnd;
    /** Where the last batch written begins, and the batch before it. */
    private int lastStart;

    private long batchBefore;

    StreamWriter(SegmentFiles files, EngineClock clock, long epoch, long nextBatch) {
        this.files = files;
        this.clock = clock;
        this.epoch = epoch;
        this.nextBatch = nextBatch;
        this.durableBatch = nextBatch - 1;
        this.provenBatch = nextBatch - 1;
        this.writtenBatch = nextBatch - 1;
    }

    /** The segment being written, or null between two. */
    @Nullable
    Segment segment() {
        return segment;
    }

    long nextBatch() {
        return nextBatch;
    }

    /** The last batch whose sync has succeeded. */
    long durableBatch() {
        return durableBatch;
    }

    /** The last batch that a later, synced header proves. */
    long provenBatch() {
        return provenBatch;
    }

    /** Whether every batch written has been synced. */
    boolean synced() {
        return durableBatch == writtenBatch;
    }

    /** What the active segment still takes before its footer, about. */
    long remainingBytes() {
        return active().sizeBytes() - (long) position - Footer.totalBytes(Head.MAX_BYTES + directories.position());
    }

    /** What has been written to the active segment. */
    int writtenBytes() {
        return position;
    }

    /** Whether a batch of at most that size, an empty one that proves it, and the footer fit into the active segment. */
    boolean fits(BatchSize batch) {
        Segment active = segment;
        return active != null
                && position
                                + (long) batch.bytes()
                                + Blocks.BYTES
                                + Footer.totalBytes(Head.MAX_BYTES + directories.position() + batch.directoryBytes())
                        <= active.sizeBytes();
    }

    /** An empty batch was written and synced: the one before it is proven, and it needs no proof itself. */
    void proofWritten() {
        provenBatch = durableBatch;
        provenEnd = position;
    }

    /** Where the last proven batch of the active segment ends. Any thread. */
    int provenEnd() {
        return provenEnd;
    }

    /** Smallest segment that takes a first batch of that size, with room for its proof and its footer. */
    static long segmentBytesFor(BatchSize batch) {
        return 2L * Blocks.BYTES + batch.bytes() + Footer.totalBytes(Head.MAX_BYTES + batch.directoryBytes());
    }

    /** Turns to a fresh segment; its header goes to disk with the first batch. */
    void open(Segment fresh, SegmentHeader header) throws IOException {
        file = files.disk().openForWriting(fresh.path());
        segment = fresh;
        files.begin(fresh, header);
        position = Blocks.BYTES;
        durableEnd = Blocks.BYTES;
        provenEnd = Blocks.BYTES;
        begun = false;
        descriptors = 0;
        if (directories.capacity() == 0) {
            directories = room(FOOTER_INITIAL_BYTES);
        }
        directories.clear();
    }

    /** Starts laying out the next batch. */
    BatchBuilder begin() {
        SegmentHeader header = header();
        builder.begin(position, begun ? null : header.encode());
        return builder;
    }

    /**
     * Writes the batch that was laid out, and syncs it if asked to.
     *
     * @throws SpoolInDoubtException if the write or sync failed; the segment is then abandoned
     */
    Durable write(boolean sync) throws SpoolInDoubtException {
        Segment active = active();
        long number = nextBatch++;
        builder.finish(header(), number, durableBatch, epoch);
        int bytes = builder.totalBytes();
        long durableBefore = durableBatch;
        lastStart = position;
        batchBefore = writtenBatch;
        try {
            openFile().write(builder.pieces(), builder.pieceCount(), begun ? position : 0);
            begun = true;
            long syncNanos = sync ? syncFile() : 0;
            position += bytes;
            writtenBatch = number;
            remember(builder.directory());
            if (sync) {
                durableBatch = number;
                active.durable(number);
                durableEnd = position;
                provenBatch = durableBefore;
                provenEnd = durableBefore == number - 1 ? position - bytes : provenEnd;
            }
            return new Durable(bytes, syncNanos);
        } catch (IOException e) {
            throw abandon(active, e);
        } finally {
            builder.clear();
        }
    }

    /** Syncs what was written without a sync. */
    Durable sync() throws SpoolInDoubtException {
        Segment active = segment;
        if (active == null || synced()) {
            return new Durable(0, 0);
        }
        try {
            long nanos = syncFile();
            durableBatch = writtenBatch;
            durableEnd = position;
            return new Durable(0, nanos);
        } catch (IOException e) {
            throw abandon(active, e);
        }
    }

    /**
     * Ends the active segment with a footer, synced. Everything written must have been synced.
     *
     * @param head the head after the last batch; null in the cold stream
     */
    void seal(@Nullable Head head) throws SpoolInDoubtException {
        Segment active = active();
        assert synced();
        try {
            Footer footer = writeFooter(active, head);
            provenBatch = durableBatch;
            active.sealed(position, durableBatch, footer);
            closeFile();
        } catch (IOException e) {
            throw abandon(active, e);
        }
    }

    private Footer writeFooter(Segment active, @Nullable Head head) throws IOException {
        ByteBuffer start = head == null ? ByteBuffer.allocate(0) : head.encode();
        int headBytes = start.remaining();
        ByteBuffer rest = directories.duplicate().flip();
        int bodyBytes = headBytes + rest.remaining();
        int offset = active.sizeBytes() - Footer.totalBytes(bodyBytes);
        Footer footer = new Footer(
                header().log(),
                header().stream(),
                header().life(),
                header().salt(),
                durableBatch,
                position,
                offset,
                headBytes,
                bodyBytes - headBytes,
                crc(start, rest),
                descriptors,
                epoch,
                head == null ? Fingerprint.of(new byte[Fingerprint.SIZE_BYTES]) : Fingerprint.of(head.digest()));
        ByteBuffer padding = ByteBuffer.allocate(Blocks.roundUp(bodyBytes) - bodyBytes);
        ByteBuffer[] pieces = {start, rest, padding, footer.encode()};
        openFile().write(pieces, pieces.length, offset);
        openFile().sync();
        return footer;
    }

    private static int crc(ByteBuffer first, ByteBuffer second) {
        CRC32C crc = new CRC32C();
        crc.update(first.duplicate());
        crc.update(second.duplicate());
        return (int) crc.getValue();
    }

    /** Lets the last batch written count for nothing: if it is on disk already, the segment is to end before it. */
    void takeBack() {
        if (segment != null && durableEnd > lastStart) {
            durableEnd = lastStart;
            durableBatch = batchBefore;
        }
    }

    /** Abandons the active segment at its last synced batch, after a failure elsewhere. */
    void abandon(String why) {
        Segment active = segment;
        if (active != null) {
            abandon(active, new IOException(why));
        }
    }

    private SpoolInDoubtException abandon(Segment active, IOException cause) {
        active.poison();
        active.cut(durableEnd, durableBatch);
        writtenBatch = durableBatch;
        SpoolInDoubtException doubt = new SpoolInDoubtException(
                "writing or syncing " + active.path() + " failed behind offset " + durableEnd + ": "
                        + cause.getMessage()
                        + "; the operations of this batch took effect whole or not at all; check the volume, the spool goes"
                        + " on in a fresh file as soon as one can be written",
                cause);
        try {
            closeFile();
        } catch (IOException e) {
            doubt.addSuppressed(e);
        }
        return doubt;
    }

    private void remember(ByteBuffer directory) {
        if (directories.remaining() < directory.remaining()) {
            ByteBuffer larger = room(directories.capacity() * 2 + directory.remaining());
            directories = larger.put(directories.flip());
        }
        descriptors += builder.records();
        directories.put(directory);
    }

    /** On the heap if the JVM's limit on direct memory is reached: the batch of these directories is on disk already. */
    private static ByteBuffer room(int bytes) {
        try {
            return ByteBuffer.allocateDirect(bytes);
        } catch (OutOfMemoryError e) {
            return ByteBuffer.allocate(bytes);
        }
    }

    private long syncFile() throws IOException {
        long start = clock.nanoTime();
        openFile().sync();
        return Math.max(1, clock.nanoTime() - start);
    }

    /** Closes the active segment's file without writing. */
    void close() throws IOException {
        closeFile();
    }

    private void closeFile() throws IOException {
        DiskFile open = file;
        file = null;
        segment = null;
        if (open != null) {
            open.close();
        }
    }

    private Segment active() {
        return java.util.Objects.requireNonNull(segment, "no active segment");
    }

    private SegmentHeader header() {
        return java.util.Objects.requireNonNull(active().header());
    }

    private DiskFile openFile() {
        return java.util.Objects.requireNonNull(file, "no active segment");
    }
}
