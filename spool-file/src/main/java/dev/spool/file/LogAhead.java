package dev.spool.file;

import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.engine.spi.BackendFactory.ReadOnlyContext;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The index of what is sealed in one log, read while its owner is at work. Sealed segments do not change; they only go, and others
 * come. Whether one is still there is for {@link LogLoader} to find out, under the lock.
 *
 * <p>Two live records of one message are nothing unusual here: what says that one of them is dead may stand in a segment that is not
 * sealed yet. Then the younger segment is left out, and read when the log is sealed.
 */
final class LogAhead {

    /**
     * Part of the heap that descriptors may take until the index is used. Others are read again when needed; if their segment is gone
     * by then, all that was read is useless.
     */
    private static final int KEPT_SHARE = 8;

    private static final int TRIES = 8;

    private final ReadOnlyContext context;
    private final SegmentFiles files;
    private final long keptBytesMax;
    private final Set<Long> leftOut = new HashSet<>();
    private @Nullable PreparedIndex prepared;

    LogAhead(ReadOnlyContext context, int number) {
        this(context, number, Runtime.getRuntime().maxMemory() / KEPT_SHARE / context.shards());
    }

    LogAhead(ReadOnlyContext context, int number, long keptBytesMax) {
        this.context = context;
        this.keptBytesMax = keptBytesMax;
        this.files = new SegmentFiles(context.disk(), context.directory(), number);
    }

    /** Takes in what has been sealed since the last time, and drops what is gone. */
    void refresh() throws SpoolException {
        PreparedIndex index = prepared == null ? new PreparedIndex(files) : prepared;
        prepared = null; // void if this fails
        Map<Long, IndexedSegment> sealed = sealed(index);
        for (int i = 0; i < TRIES; i++) {
            sealed.keySet().removeAll(leftOut);
            if (index.become(sealed)) {
                prepared = index;
                return;
            }
            leftOut.addAll(index.clashingLives());
            index = new PreparedIndex(files);
        }
    }

    /** What was read, once; null if there is nothing. */
    @Nullable
    PreparedIndex take() {
        PreparedIndex taken = prepared;
        prepared = null;
        return taken;
    }

    private Map<Long, IndexedSegment> sealed(PreparedIndex index) throws SpoolException {
        Map<Long, IndexedSegment> sealed = new HashMap<>();
        long keptMax = keptBytesMax;
        for (SlotSurvey.Slot slot : SlotSurvey.of(files.disk(), files.directory(), context.storeId())
                .slots()) {
            SegmentHeader header = slot.header();
            if (header == null || !header.live() || header.provisional() || leftOut.contains(header.life())) {
                continue;
            }
            IndexedSegment known = index.of(header.life());
            IndexedSegment segment = known != null && known.header().equals(header) ? known : read(slot, header);
            if (segment == null) {
                continue;
            }
            if (segment.keptBytes() > keptMax) {
                segment.forget();
            }
            keptMax -= segment.keptBytes();
            sealed.put(header.life(), segment);
        }
        return sealed;
    }

    /** Null if it is not sealed, is gone by now, or cannot be read. */
    private @Nullable IndexedSegment read(SlotSurvey.Slot slot, SegmentHeader header) throws SpoolException {
        Segment segment = new Segment(files.disk(), slot.path(), slot.slot(), header.sizeBytes());
        try {
            SegmentContents contents = SegmentContents.fromFooter(segment, header);
            return contents == null ? null : IndexedSegment.of(segment, header, contents);
        } catch (SpoolIoException e) {
            return null; // its owner deletes what he needs no more; if it is the volume, the open says so
        } finally {
            IndexedSegment.close(segment);
        }
    }
}
