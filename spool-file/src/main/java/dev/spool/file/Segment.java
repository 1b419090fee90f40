package dev.spool.file;

import dev.spool.SpoolIoException;
import dev.spool.engine.io.Disk;
import dev.spool.engine.io.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A segment file and its present life. Reading is open to all threads; the state changes in the hands of whoever owns the
 * segment at that time: the filler, a stream's writer, then the compactor.
 */
final class Segment {

    /** Where a segment stands between two lives. */
    enum State {
        /** No life: in the pool, or on the way there. */
        FREE,
        /** Being written. */
        ACTIVE,
        /** Ends with a footer, or is known to have been sealed. */
        SEALED,
        /** Ends where it was cut: by a recovery, or after a failed sync. */
        CUT
    }

    /** Whether it counts by itself, or only once the epoch file names it, or a segment that lists it. */
    private enum Name {
        NOT_NEEDED,
        AWAITED,
        /** The epoch file is being written, and may name it whatever comes of that. */
        TRIED
    }

    /** Share of its messages that must live on for a compacted segment to be left alone. */
    private static final double FRESH = 0.8;

    /** Of a small segment, header, footer and unused ends of blocks take more than a third. */
    private static final double WELL_FILLED = 0.4;

    private final Disk disk;
    private final Path path;
    private final int slot;
    private final int sizeBytes;
    private final AtomicLong liveBytes = new AtomicLong();
    private volatile @Nullable SegmentHeader header;
    private volatile State state = State.FREE;
    private volatile int end;
    private volatile long lastBatch;
    private volatile boolean poisoned;
    private volatile boolean listed;
    private volatile boolean retired;
    private volatile long liveWhenFilled;
    private volatile boolean condemned;
    private volatile boolean filled;
    private volatile Name name = Name.NOT_NEEDED;
    private volatile @Nullable Footer footer;
    private @Nullable DiskFile reader;
    private boolean deleted;

    Segment(Disk disk, Path path, int slot, int sizeBytes) {
        this.disk = disk;
        this.path = path;
        this.slot = slot;
        this.sizeBytes = sizeBytes;
    }

    Path path() {
        return path;
    }

    int slot() {
        return slot;
    }

    int sizeBytes() {
        return sizeBytes;
    }

    State state() {
        return state;
    }

    /** The header of the present life; null if there is none. */
    @Nullable
    SegmentHeader header() {
        return header;
    }

    /** The present life, 0 if there is none. */
    long life() {
        SegmentHeader current = header;
        return current == null ? 0 : current.life();
    }

    /** Where the last batch ends, once it is sealed or cut. */
    int end() {
        return end;
    }

    /** The last batch, while it is written the last durable one; 0 if there is none. */
    long lastBatch() {
        return lastBatch;
    }

    /** The footer, if it is sealed and the footer is intact. */
    @Nullable
    Footer footer() {
        return footer;
    }

    /** Whether all its blocks were written before it got a life, so that no commit finds that they are not there. */
    boolean filled() {
        return filled;
    }

    void fill() {
        filled = true;
    }

    /** A write or sync of this file failed once: it is evacuated, and never used again. */
    boolean poisoned() {
        return poisoned;
    }

    /** Bytes of current records, padded as they stand. */
    long liveBytes() {
        return liveBytes.get();
    }

    void addLive(long bytes) {
        liveBytes.addAndGet(bytes);
    }

    /** Whether the catalogue on disk lists it, or does so from its own first batch on. */
    boolean listed() {
        return listed;
    }

    void list() {
        listed = true;
    }

    /** Whether a durable record says that its life is over, though its header may not say so yet. */
    boolean retired() {
        return retired;
    }

    void retire() {
        retired = true;
    }

    /** What is in it counts only with a name. */
    void awaitName() {
        name = Name.AWAITED;
    }

    void tryName() {
        name = Name.TRIED;
    }

    /** From now on it counts. */
    void named() {
        name = Name.NOT_NEEDED;
    }

    /** Whether what is in it counts for nothing as yet, so that compaction has no business with it. */
    boolean unnamed() {
        return name != Name.NOT_NEEDED;
    }

    boolean mayBeNamed() {
        return name == Name.TRIED;
    }

    /** Takes up a life found on disk. */
    void resume(SegmentHeader found) {
        begin(found);
        listed = true;
    }

    /** Takes note of what is live now that compaction has filled this segment. */
    void filledByCompaction() {
        liveWhenFilled = liveBytes.get();
    }

    /** Whether compaction filled it well and little has died in it since: copying it again would gain next to nothing. */
    boolean freshlyCompacted() {
        return liveWhenFilled > WELL_FILLED * sizeBytes && liveBytes.get() > liveWhenFilled * FRESH;
    }

    void begin(SegmentHeader newHeader) {
        name = Name.NOT_NEEDED;
        liveWhenFilled = 0;
        listed = newHeader.stream() == Stream.HOT;
        retired = false;
        header = newHeader;
        state = State.ACTIVE;
        end = Blocks.BYTES;
        lastBatch = 0;
        footer = null;
        liveBytes.set(0);
    }

    void sealed(int newEnd, long newLastBatch, @Nullable Footer newFooter) {
        end = newEnd;
        lastBatch = newLastBatch;
        footer = newFooter;
        state = State.SEALED;
    }

    /** Its batches up to that number are durable. */
    void durable(long batch) {
        lastBatch = batch;
    }

    void cut(int newEnd, long newLastBatch) {
        end = newEnd;
        lastBatch = newLastBatch;
        state = State.CUT;
    }

    /** Whether it was abandoned before anything in it was durable: no catalogue lists it, and its file is deleted. */
    boolean stillborn() {
        return state == State.CUT && poisoned && !condemned && end <= Blocks.BYTES;
    }

    /** Whether its damage is accepted: what is intact in it is copied, and it is freed. Repair only. */
    boolean condemned() {
        return condemned;
    }

    void condemn() {
        condemned = true;
        poisoned = true;
    }

    void poison() {
        poisoned = true;
    }

    /** Its life is over. */
    void freed() {
        state = State.FREE;
        header = null;
        footer = null;
        liveBytes.set(0);
    }

    /** The catalogue's entry for the present life. */
    Catalogue.Living living() {
        return java.util.Objects.requireNonNull(entry());
    }

    /** {@link #living()}, or null if that life has just ended. */
    Catalogue.@Nullable Living entry() {
        SegmentHeader current = header;
        if (current == null) {
            return null;
        }
        return new Catalogue.Living(
                current.life(),
                current.salt(),
                slot,
                sizeBytes,
                current.stream(),
                state == State.SEALED,
                state == State.CUT,
                state == State.ACTIVE ? 0 : end,
                lastBatch);
    }

    /** A file to read from; opened once and shared. */
    synchronized DiskFile reader() throws IOException {
        DiskFile open = reader;
        if (deleted) {
            throw new NoSuchFileException(path.toString());
        }
        if (open == null) {
            open = disk.openForReading(path);
            reader = open;
        }
        return open;
    }

    /**
     * Reads something without which nobody can tell what the log holds. That it cannot be read now does not mean that it is damaged or
     * was never written, so whoever asks for it fails.
     */
    void readStructure(ByteBuffer target, long position) throws SpoolIoException {
        try {
            reader().read(target, position);
        } catch (IOException e) {
            throw new SpoolIoException(
                    "reading " + path + " at offset " + position + " failed: " + e.getMessage()
                            + "; what cannot be read is not taken for damaged or empty: check the volume",
                    e);
        }
    }

    /** Closes the reading file; a later read opens it again. */
    synchronized void closeReader() throws IOException {
        DiskFile open = reader;
        reader = null;
        if (open != null) {
            open.close();
        }
    }

    /** The file has been deleted: nobody opens it again, nor another one that takes its place. */
    synchronized void deleted() throws IOException {
        deleted = true;
        closeReader();
    }

    /** Path and offset, for messages. */
    String at(int offset) {
        return path + " offset " + offset;
    }
}
