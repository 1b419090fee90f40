package dev.spool.file;

import dev.spool.MessageInfo;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolIoException;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import dev.spool.engine.spi.BackendFactory.ReadOnlyContext;
import dev.spool.engine.spi.Current;
import dev.spool.engine.spi.Head;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A log as a reader sees it that writes nothing: as it was loaded, then every valid batch of the hot stream in order, as recovery
 * would commit it: what it writes or removes, the index says so from then on. Its files are closed when nobody uses it any more.
 */
final class LogView {

    private final UUID store;
    private final LoadedLog loaded;
    private final SlotSurvey survey;
    private final MessageFinder finder;
    private final Head head;
    private final @Nullable BatchTail tail;
    private final AtomicInteger users = new AtomicInteger(1);

    private LogView(UUID store, LoadedLog loaded, SlotSurvey survey) throws SpoolException {
        this.store = store;
        this.loaded = loaded;
        this.survey = survey;
        this.finder = new MessageFinder(loaded.files(), loaded.index());
        this.head = loaded.head();
        for (LoadedLog.Unproven unproven : loaded.unproven()) {
            apply(unproven.segment(), unproven.batch());
        }
        this.tail = tail();
    }

    /** Loads a log as it is now. Beside an owner the result may be inconsistent: see {@link #consistent}. */
    static LogView load(ReadOnlyContext context, int number) throws SpoolException {
        LogLoader loader = new LogLoader(
                context.disk(),
                context.directory(),
                number,
                context.storeId(),
                context.note().read());
        return new LogView(context.storeId(), loader.load(), loader.survey());
    }

    LoadedLog loaded() {
        return loaded;
    }

    MessageFinder finder() {
        return finder;
    }

    /** Changes with {@link #follow}. */
    Head head() {
        return head;
    }

    /**
     * Whether what was loaded can be trusted though an owner may have been at work meanwhile: every segment that was read had the
     * same life at the end, and if anything was missing, nothing had changed.
     *
     * @param now the slots after loading
     */
    boolean consistent(SlotSurvey now) {
        if (!loaded.lost().places().isEmpty() && !survey.sameAs(now)) {
            return false;
        }
        for (Segment segment : loaded.files().living()) {
            SlotSurvey.Slot slot = now.at(segment.slot());
            if (slot != null && (slot.header() == null || slot.header().life() != segment.life())) {
                return false;
            }
        }
        return true;
    }

    /** Whether any segment has another life than when this was loaded, or any was added or deleted. */
    boolean changed(SlotSurvey now) {
        return !survey.sameAs(now);
    }

    /** Whether a new life may have begun in a slot since: it was free, or the batches taken in say that its life is over. */
    boolean mayHaveBegun(int slot) {
        Segment segment = loaded.files().inSlot(slot);
        return segment == null || segment.header() == null || segment.retired();
    }

    /**
     * Whether a hot segment has been opened since: then this view has to be loaded anew.
     *
     * @param now the slots that {@link #mayHaveBegun} a new life
     * @param namedLife the segment that the epoch file names at present
     */
    boolean rolled(SlotSurvey now, long namedLife) throws SpoolException {
        long newest = tail == null ? 0 : tail.header().life();
        for (SegmentHeader header : now.newestFirst(Stream.HOT)) {
            if (header.life() <= newest) {
                return false;
            }
            boolean counts = !header.provisional() || header.life() == namedLife;
            if (counts && written(now, header)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the first batch of a segment stands there whole, or its life has passed since it was seen. */
    private boolean written(SlotSurvey now, SegmentHeader header) throws SpoolException {
        SlotSurvey.Slot slot = java.util.Objects.requireNonNull(now.at(header.slot()));
        SegmentFiles files = loaded.files();
        Segment segment = new Segment(files.disk(), slot.path(), slot.slot(), header.sizeBytes());
        try {
            if (new BatchTail(segment, header, Blocks.BYTES, header.firstBatch()).next() != null) {
                return true;
            }
        } catch (NoSuchFileException e) {
            return true;
        } catch (IOException e) {
            throw reading(segment, e);
        } finally {
            close(segment);
        }
        SlotSurvey again = SlotSurvey.of(files.disk(), files.directory(), store, other -> other == slot.slot());
        return !slot.equals(again.at(slot.slot()));
    }

    /** Takes in the batches written since. One thread at a time. */
    void follow() throws SpoolException {
        if (tail == null) {
            return;
        }
        Segment segment = java.util.Objects.requireNonNull(
                loaded.files().inSlot(tail.header().slot()));
        try {
            for (SegmentScanner.FoundBatch batch = tail.next(); batch != null; batch = tail.next()) {
                apply(segment, batch);
            }
        } catch (NoSuchFileException e) {
            return; // retired and deleted, so that a newer one has been opened
        } catch (IOException e) {
            throw reading(segment, e);
        }
    }

    private static SpoolException reading(Segment segment, IOException e) {
        return new SpoolIoException(
                "reading " + segment.path() + " failed: " + e.getMessage() + "; check the volume", e);
    }

    private void apply(Segment segment, SegmentScanner.FoundBatch batch) {
        DescriptorCursor cursor = new DescriptorCursor(batch.descriptors());
        while (cursor.next()) {
            boolean operation = cursor.type() <= RecordType.REMOVE;
            Descriptor descriptor = operation || cursor.type() == FileRecord.RETIRE ? cursor.descriptor() : null;
            if (descriptor != null && operation) {
                apply(segment, descriptor);
            } else if (descriptor != null) {
                retire(descriptor.header().birthRevision());
            }
        }
    }

    private void retire(long life) {
        Segment segment = loaded.files().ofLife(life);
        if (segment != null) {
            segment.retire();
        }
    }

    private void apply(Segment segment, Descriptor descriptor) {
        RecordHeader operation = descriptor.header();
        SpoolId id = operation.id();
        LocationIndex index = loaded.index();
        boolean existed = index.get(id) != Location.NONE;
        head.advance(operation, existed, existed ? infoOf(id) : null);
        if (operation.type() == RecordType.REMOVE) {
            index.remove(id);
        } else {
            index.put(id, Location.of(segment.slot(), descriptor.offset(), operation.recordBytes()));
        }
    }

    /** What the version says of itself that an operation replaces or removes; null if it cannot be read. */
    private @Nullable MessageInfo infoOf(SpoolId id) {
        try {
            Current before = finder.current(id);
            return before == null ? null : before.info();
        } catch (SpoolException e) {
            return null;
        }
    }

    private @Nullable BatchTail tail() {
        Segment newest = null;
        for (Segment segment : loaded.files().living()) {
            SegmentHeader header = segment.header();
            boolean hot = header != null && header.stream() == Stream.HOT;
            newest = hot && (newest == null || newest.life() < segment.life()) ? segment : newest;
        }
        SegmentHeader header = newest == null ? null : newest.header();
        if (newest == null || header == null) {
            return null;
        }
        int end = newest.end();
        long last = Math.max(newest.lastBatch(), header.firstBatch() - 1);
        for (LoadedLog.Unproven unproven : loaded.unproven()) {
            end = unproven.batch().end();
            last = unproven.batch().number();
        }
        return new BatchTail(newest, header, end, last + 1);
    }

    /** Keeps the files open until {@link #done}. False if they are closed already. */
    boolean use() {
        for (int count = users.get(); count > 0; count = users.get()) {
            if (users.compareAndSet(count, count + 1)) {
                return true;
            }
        }
        return false;
    }

    /** Ends a use, the first one being that of whoever loaded it. */
    void done() {
        if (users.decrementAndGet() == 0) {
            loaded.files().all().forEach(LogView::close);
        }
    }

    private static void close(Segment segment) {
        try {
            segment.closeReader();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("closing a file that was only read cannot fail", e);
        }
    }
}
