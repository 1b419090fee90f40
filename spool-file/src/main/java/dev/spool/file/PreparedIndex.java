package dev.spool.file;

import dev.spool.SpoolException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The index that some segments give, and what they would have to be for another: when segments go and others come, only what is
 * different then is looked at. What it says is what {@link LogLoader} says of the same segments, where it says anything: damage is
 * none of its business.
 *
 * <p>Used by one thread. After a failure it is void.
 */
final class PreparedIndex {

    private final SegmentFiles files;
    private final LocationIndex index = new LocationIndex();
    private final IndexFilling filling = new IndexFilling(index, this::clash);
    private final Map<Long, long[]> liveBytes = new HashMap<>();
    private Map<Long, IndexedSegment> segments = Map.of();
    private DeadRecords dead = DeadRecords.NONE;
    private long liveCount;
    private long messageBytes;
    private long dangling;
    private final Map<Integer, Long> lifeBySlot = new HashMap<>();
    private final Set<Long> clashingLives = new HashSet<>();
    private boolean failed;

    /** @param files where the segments are; what it knows of them is not used */
    PreparedIndex(SegmentFiles files) {
        this.files = files;
    }

    /** What a record is to the index. */
    private enum State {
        LIVE,
        DEAD,
        /** A copy that was never put in the place of its original, because an operation on the original came first. */
        DANGLING
    }

    /** The segment of that life, if it is one of those that the index is made of. */
    @Nullable
    IndexedSegment of(long life) {
        return segments.get(life);
    }

    LocationIndex index() {
        return index;
    }

    long liveCount() {
        return liveCount;
    }

    /** Bytes of bodies and envelopes. */
    long messageBytes() {
        return messageBytes;
    }

    /** Whether there are copies that nobody has said are dead though they never counted. */
    boolean anyDangling() {
        return dangling != 0;
    }

    /** Bytes that are live in a segment, without those of chunks. */
    long liveBytes(long life) {
        long[] bytes = liveBytes.get(life);
        return bytes == null ? 0 : bytes[0];
    }

    /** Whether a message in a segment of this index is live. */
    boolean isLive(IndexedSegment segment, Descriptor descriptor) {
        Links.Link origin = IndexedSegment.origin(descriptor.header());
        return !dead.ofLife(segment.header().life()).contains(descriptor.offset())
                && (origin == null || !dead.ofLife(origin.life()).byOperation(origin.offset()));
    }

    /**
     * Makes this the index of exactly these segments, by life. One that is here already counts as the same only if it is the same
     * object.
     *
     * @return whether that worked; if not, {@link #clashingLives} may tell why
     */
    boolean become(Map<Long, IndexedSegment> next) throws SpoolException {
        List<IndexedSegment> gone = new ArrayList<>(segments.values());
        gone.removeIf(segment -> next.get(segment.header().life()) == segment);
        List<IndexedSegment> come = new ArrayList<>(next.values());
        come.removeIf(segment -> segments.get(segment.header().life()) == segment);
        DeadRecords.Change change = dead.changed(killers(gone), killers(come));
        List<IndexedSegment> affected = new ArrayList<>();
        for (IndexedSegment segment : next.values()) {
            boolean stayed = segments.get(segment.header().life()) == segment;
            if (stayed && affects(change, segment)) {
                affected.add(segment);
            }
        }
        if (segments.isEmpty()) {
            index.expect(come.stream().mapToLong(IndexedSegment::messages).sum()
                    - come.stream().mapToLong(one -> one.killers().count()).sum());
        }
        DeadRecords before = dead;
        dead = change.dead();
        segments = Map.copyOf(next);
        lifeBySlot.clear();
        next.forEach((life, segment) -> lifeBySlot.put(segment.header().slot(), life));
        for (IndexedSegment segment : gone) {
            new Walk(segment, before, null).remove();
        }
        for (IndexedSegment segment : affected) {
            new Walk(segment, before, dead).remove();
        }
        for (IndexedSegment segment : affected) {
            new Walk(segment, before, dead).add();
        }
        for (IndexedSegment segment : come) {
            new Walk(segment, null, dead).add();
        }
        filling.finish();
        return !failed && clashingLives.isEmpty();
    }

    private static Collection<Killers> killers(List<IndexedSegment> segments) {
        return segments.stream().map(IndexedSegment::killers).toList();
    }

    private static boolean affects(DeadRecords.Change change, IndexedSegment segment) {
        if (change.lives().contains(segment.header().life())) {
            return true;
        }
        return segment.originLives().stream().anyMatch(change.livesByOperation()::contains);
    }

    /** Lives of segments of which a live record is one too many for its message: each the younger one of two. */
    Set<Long> clashingLives() {
        return clashingLives;
    }

    private void clash(long high, long low, long displaced) {
        long present = index.get(high, low);
        clashingLives.add(Math.max(
                lifeBySlot.getOrDefault(Location.slot(displaced), 0L),
                lifeBySlot.getOrDefault(Location.slot(present), 0L)));
    }

    /** One way through the messages of a segment. */
    private final class Walk {

        private final IndexedSegment segment;
        private final @Nullable DeadRecords before;
        private final @Nullable DeadRecords after;
        private final DeadRecords.@Nullable Of deadBefore;
        private final DeadRecords.@Nullable Of deadAfter;
        private final boolean copies;

        /**
         * @param before what was dead when the segment was taken in; null if it was not
         * @param after what is dead now; null if the segment is none of the index's any more
         */
        Walk(IndexedSegment segment, @Nullable DeadRecords before, @Nullable DeadRecords after) {
            long life = segment.header().life();
            this.segment = segment;
            this.before = before;
            this.after = after;
            this.deadBefore = before == null ? null : before.ofLife(life);
            this.deadAfter = after == null ? null : after.ofLife(life);
            this.copies = !segment.originLives().isEmpty();
        }

        /** Takes out what was in the index and should not be. */
        void remove() throws SpoolException {
            DescriptorCursor cursor = cursor();
            while (!failed && cursor.next()) {
                if (!IndexedSegment.isMessage(cursor)) {
                    continue;
                }
                State was = state(cursor, before, deadBefore);
                State is = state(cursor, after, deadAfter);
                if (was != is) {
                    dangling -= was == State.DANGLING ? 1 : 0;
                    if (was == State.LIVE) {
                        failed |= index.remove(cursor.idHigh(), cursor.idLow()) != location(cursor);
                        count(cursor, -1);
                    }
                }
            }
        }

        /** Puts in what was not in the index and should be. */
        void add() throws SpoolException {
            DescriptorCursor cursor = cursor();
            while (!failed && cursor.next()) {
                if (!IndexedSegment.isMessage(cursor)) {
                    continue;
                }
                State was = state(cursor, before, deadBefore);
                State is = state(cursor, after, deadAfter);
                if (was != is) {
                    dangling += is == State.DANGLING ? 1 : 0;
                    if (is == State.LIVE) {
                        filling.add(cursor.idHigh(), cursor.idLow(), location(cursor));
                        count(cursor, 1);
                    }
                }
            }
        }

        private DescriptorCursor cursor() throws SpoolException {
            ByteBuffer descriptors = failed ? null : segment.descriptors(files);
            failed |= descriptors == null;
            return new DescriptorCursor(descriptors == null ? ByteBuffer.allocate(0) : descriptors);
        }

        private State state(DescriptorCursor cursor, @Nullable DeadRecords all, DeadRecords.@Nullable Of ofThisLife) {
            if (all == null || ofThisLife == null || ofThisLife.contains(cursor.offset())) {
                return State.DEAD;
            }
            Descriptor descriptor = copies && cursor.hasLinks() ? cursor.descriptor() : null;
            Links.Link origin = descriptor == null ? null : IndexedSegment.origin(descriptor.header());
            return origin != null && all.ofLife(origin.life()).byOperation(origin.offset())
                    ? State.DANGLING
                    : State.LIVE;
        }

        private long location(DescriptorCursor cursor) {
            return Location.of(segment.header().slot(), cursor.offset(), cursor.paddedRecordBytes());
        }

        private void count(DescriptorCursor cursor, int sign) {
            liveCount += sign;
            messageBytes += sign * (cursor.bodyBytes() + cursor.envelopeBytes());
            addLive(segment.header().life(), sign * (long) cursor.paddedRecordBytes(), sign);
            Descriptor descriptor = cursor.hasLinks() ? cursor.descriptor() : null;
            Links.Link body =
                    descriptor == null ? null : Links.link(descriptor.header().extensions(), Links.BODY);
            if (body != null) {
                addLive(body.life(), sign * (long) Blocks.align8(body.recordBytes()), sign);
            }
        }

        private void addLive(long life, long bytes, int sign) {
            liveBytes.computeIfAbsent(life, any -> new long[1])[0] +=
                    bytes + sign * (long) SegmentFiles.DESCRIPTORS_BYTES;
        }
    }
}
