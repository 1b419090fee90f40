package dev.spool.file;

import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.engine.spi.BackendFactory.ReadOnlyContext;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The index of one log, read while its owner is at work. Sealed segments do not change; they only go, and others come. Whether one is
 * still there is for {@link LogLoader} to find out, under the lock. To one that is being filled there comes more: what is read of it
 * is only the beginning of what its footer will list, as {@link LogLoader} finds out, too.
 *
 * <p>Two live records of one message are nothing unusual here: what says that one of them is dead may have been written where the
 * reading had been already. Then the younger segment is left out: until the next time if it is being filled, else until the log is
 * sealed.
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
    private final Map<Long, ActiveDirectory> active = new HashMap<>();
    private @Nullable PreparedIndex prepared;

    LogAhead(ReadOnlyContext context, int number) {
        this(context, number, Runtime.getRuntime().maxMemory() / KEPT_SHARE / context.shards());
    }

    LogAhead(ReadOnlyContext context, int number, long keptBytesMax) {
        this.context = context;
        this.keptBytesMax = keptBytesMax;
        this.files = new SegmentFiles(context.disk(), context.directory(), number);
    }

    /** Takes in what has come since the last time, and drops what is gone. */
    void refresh() throws SpoolException {
        PreparedIndex index = prepared == null ? new PreparedIndex(files) : prepared;
        prepared = null; // void if this fails
        Map<Long, IndexedSegment> segments = segments(index);
        for (int i = 0; i < TRIES; i++) {
            if (index.become(segments)) {
                prepared = index;
                return;
            }
            for (long life : index.clashingLives()) {
                IndexedSegment clashing = segments.remove(life);
                if (clashing != null && clashing.footer() != null) {
                    leftOut.add(life);
                }
            }
            index = new PreparedIndex(files);
        }
    }

    /** What was read, once; null if there is nothing. */
    @Nullable
    PreparedIndex take() {
        PreparedIndex taken = prepared;
        prepared = null;
        active.clear();
        return taken;
    }

    private Map<Long, IndexedSegment> segments(PreparedIndex index) throws SpoolException {
        Map<Long, IndexedSegment> segments = new HashMap<>();
        long keptMax = keptBytesMax;
        for (SegmentHeader header : headers()) {
            if (header.provisional() || leftOut.contains(header.life())) {
                continue;
            }
            IndexedSegment known = index.of(header.life());
            boolean usable = known != null && known.header().equals(header);
            IndexedSegment segment = read(header, usable ? known : null);
            if (segment == null) {
                continue;
            }
            if (segment.keptBytes() > keptMax) {
                segment.forget();
            }
            keptMax -= segment.keptBytes();
            segments.put(header.life(), segment);
        }
        active.keySet().retainAll(segments.keySet());
        return segments;
    }

    /**
     * Cold segments last: compaction copies what it finds sealed, so by then what says that an original is dead, before it was copied
     * or after, has been read. The newest first, because those that are being filled cannot be forgotten.
     */
    private List<SegmentHeader> headers() throws SpoolException {
        SlotSurvey survey = SlotSurvey.of(files.disk(), files.directory(), context.storeId());
        List<SegmentHeader> headers = new ArrayList<>(survey.newestFirst(Stream.HOT));
        headers.addAll(survey.newestFirst(Stream.COLD));
        return headers;
    }

    /** Null if nothing can be said of it, is gone by now, or cannot be read. */
    private @Nullable IndexedSegment read(SegmentHeader header, @Nullable IndexedSegment known) throws SpoolException {
        if (known != null && known.footer() != null) {
            return known;
        }
        Segment segment = new Segment(files.disk(), files.pathOf(header.slot()), header.slot(), header.sizeBytes());
        try {
            SegmentContents contents = SegmentContents.fromFooter(segment, header);
            if (contents != null) {
                active.remove(header.life());
            } else {
                ByteBuffer directory = directory(header).read(segment);
                contents = new SegmentContents(directory, null, null, null);
            }
            IndexedSegment later = known == null ? null : known.continued(segment, contents);
            return later != null ? later : IndexedSegment.of(segment, header, contents);
        } catch (SpoolIoException e) {
            return null; // its owner deletes what he needs no more; if it is the volume, the open says so
        } finally {
            IndexedSegment.close(segment);
        }
    }

    private ActiveDirectory directory(SegmentHeader header) {
        ActiveDirectory known = active.get(header.life());
        if (known == null || !known.header().equals(header)) {
            known = new ActiveDirectory(header, keptBytesMax);
            active.put(header.life(), known);
        }
        return known;
    }
}
