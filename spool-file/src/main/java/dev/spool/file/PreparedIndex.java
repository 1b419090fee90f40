package dev.spool.file;

import dev.spool.SpoolException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
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
     * object, or continues it.
     *
     * @return whether that worked; if not, {@link #clashingLives} may tell why
     */
    boolean become(Map<Long, IndexedSegment> next) throws SpoolException {
        Map<Long, IndexedSegment> gone = new HashMap<>(segments);
        List<IndexedSegment> come = new ArrayList<>();
        List<IndexedSegment> stayed = new ArrayList<>();
        List<Killers> killersCome = new ArrayList<>();
        for (IndexedSegment segment : next.values()) {
            IndexedSegment known = segments.get(segment.header().life());
            if (known == null || (known != segment && !segment.continues(known))) {
                come.add(segment);
                killersCome.add(segment.killers());
                continue;
            }
            gone.remove(segment.header().life());
            stayed.add(segment);
            if (known != segment) {
                killersCome.add(segment.addedKillers());
            }
        }
        DeadRecords.Change change =
                dead.changed(gone.values().stream().map(IndexedSegment::killers).toList(), killersCome);
        if (segments.isEmpty()) {
            index.expect(come.stream().mapToLong(IndexedSegment::messages).sum()
                    - come.stream().mapToLong(one -> one.killers().count()).sum());
        }
        List<Walk> walks = new ArrayList<>();
        gone.values().forEach(segment -> walks.add(new Walk(segment, Range.WHOLE, dead, null)));
        stayed.forEach(segment -> addWalks(segment, change, walks));
        come.forEach(segment -> walks.add(new Walk(segment, Range.WHOLE, null, change.dead())));
        dead = change.dead();
        segments = Map.copyOf(next);
        lifeBySlot.clear();
        next.forEach((life, segment) -> lifeBySlot.put(segment.header().slot(), life));
        for (Walk walk : walks) {
            walk.remove();
        }
        for (Walk walk : walks) {
            walk.add();
        }
        filling.finish();
        next.values().forEach(IndexedSegment::settled);
        return !failed && clashingLives.isEmpty();
    }

    /** Past what has come to a segment that stayed, and past what is dead now and was not, or the other way round. */
    private void addWalks(IndexedSegment segment, DeadRecords.Change change, List<Walk> walks) {
        boolean continued = segments.get(segment.header().life()) != segment;
        int known = continued ? segment.startBytes() : Integer.MAX_VALUE;
        int[] changed = change.offsets().get(segment.header().life());
        if (segment.originLives().stream().anyMatch(change.livesByOperation()::contains)) {
            walks.add(new Walk(segment, new Range(0, known, null), dead, change.dead()));
        } else if (changed != null) {
            walks.add(new Walk(segment, new Range(0, known, changed), dead, change.dead()));
        }
        if (continued) {
            walks.add(new Walk(segment, new Range(known, Integer.MAX_VALUE, null), null, change.dead()));
        }
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

    /**
     * Some of the descriptors of a segment.
     *
     * @param fromByte where they begin
     * @param toByte where they end, at the latest
     * @param offsets of their records, in order; null for all
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Range(int fromByte, int toByte, int @Nullable [] offsets) {

        static final Range WHOLE = new Range(0, Integer.MAX_VALUE, null);

        boolean has(int offset) {
            return offsets == null || Arrays.binarySearch(offsets, offset) >= 0;
        }
    }

    /** One way through messages of a segment. */
    private final class Walk {

        private final IndexedSegment segment;
        private final Range range;
        private final @Nullable DeadRecords before;
        private final @Nullable DeadRecords after;
        private final DeadRecords.@Nullable Of deadBefore;
        private final DeadRecords.@Nullable Of deadAfter;
        private final boolean copies;

        /**
         * @param before what was dead when these messages were taken in; null if they were not
         * @param after what is dead now; null if the segment is none of the index's any more
         */
        Walk(IndexedSegment segment, Range range, @Nullable DeadRecords before, @Nullable DeadRecords after) {
            long life = segment.header().life();
            this.segment = segment;
            this.range = range;
            this.before = before;
            this.after = after;
            this.deadBefore = before == null ? null : before.ofLife(life);
            this.deadAfter = after == null ? null : after.ofLife(life);
            this.copies = !segment.originLives().isEmpty();
        }

        /** Takes out what was in the index and should not be. */
        void remove() throws SpoolException {
            if (before == null) {
                return;
            }
            DescriptorCursor cursor = cursor();
            while (next(cursor)) {
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
            if (after == null) {
                return;
            }
            DescriptorCursor cursor = cursor();
            while (next(cursor)) {
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

        private boolean next(DescriptorCursor cursor) {
            while (!failed && cursor.next()) {
                if (range.has(cursor.offset()) && IndexedSegment.isMessage(cursor)) {
                    return true;
                }
            }
            return false;
        }

        private DescriptorCursor cursor() throws SpoolException {
            ByteBuffer descriptors = failed ? null : segment.descriptors(files);
            failed |= descriptors == null;
            if (descriptors == null) {
                return new DescriptorCursor(ByteBuffer.allocate(0));
            }
            int length = Math.min(range.toByte(), descriptors.remaining()) - range.fromByte();
            return new DescriptorCursor(descriptors.slice(descriptors.position() + range.fromByte(), length));
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
