package dev.spool.file;

import dev.spool.SpoolException;
import dev.spool.engine.spi.Backend;
import dev.spool.engine.spi.BackendContext;
import dev.spool.engine.spi.BatchRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * Chooses the segments of a round of compaction: the emptiest first, about a round's work, and only such as give more space back
 * than the round takes. What it takes is counted beforehand, copies, carried killers and the batches that tell of it: the fuller
 * a log is, the less a round may fail half-way, because what it had written by then is gone for nothing.
 */
final class VictimChoice {

    private static final int ROUND_BYTES_MAX = 4 << 20;
    private static final int ROUND_RECORDS_MAX = 256;
    private static final int ROUND_DIRECTORY_BYTES_MAX = 8 << 20;

    /** What a segment holds beside messages: header, footer, and the unused ends of blocks. */
    private static final int OVERHEAD_BYTES = 6 * Blocks.BYTES;

    /** The unused ends of the blocks of two batches of killers, and the batch that proves them. */
    private static final int COLD_BYTES = 5 * Blocks.BYTES;

    /** The two batches of the hot stream that name and retire. */
    private static final int HOT_BYTES = 4 * Blocks.BYTES;

    /** So many segments are looked into in vain before a round is content with what it has. */
    private static final int REFUSED_MAX = 16;

    private final BackendContext context;
    private final FileLog log;
    private final SegmentSupply supply;
    private final SpaceGauge space;

    VictimChoice(BackendContext context, FileLog log, SegmentSupply supply, SpaceGauge space) {
        this.context = context;
        this.log = log;
        this.supply = supply;
        this.space = space;
    }

    /**
     * How many segments, and how many eighths of messages, one round may concern: what it asks of the committer has to fit into a
     * batch, and into a small part of a segment.
     */
    int roundRecords() {
        int records = context.options().segmentBytesMax() / (32 * BatchRecord.HEADROOM_BYTES);
        return Math.max(2, Math.min(ROUND_RECORDS_MAX, records));
    }

    /**
     * The segments that are worth being compacted now.
     *
     * @param worthIt part of a segment that may be live in it; those that have to be emptied are chosen whatever they hold
     */
    List<Victim> choose(double worthIt, Predicate<Segment> eligible) throws SpoolException {
        Round round = new Round();
        int refused = 0;
        for (Segment segment : candidates(worthIt, eligible)) {
            if (round.isEnough(segment) || !round.takesCopiesOf(segment) || refused == REFUSED_MAX) {
                break;
            }
            Victim victim = Victim.read(log, segment);
            if (round.takes(victim)) {
                round.add(victim);
            } else {
                refused++;
            }
        }
        return round.isWorthIt() ? round.victims : List.of();
    }

    private List<Segment> candidates(double worthIt, Predicate<Segment> eligible) {
        List<Segment> candidates = new ArrayList<>();
        for (Segment segment : log.files().living()) {
            boolean ended = segment.state() == Segment.State.SEALED
                    || (segment.state() == Segment.State.CUT && !segment.stillborn());
            boolean sparse = segment.liveBytes() <= worthIt * segment.sizeBytes() && !segment.freshlyCompacted();
            if (ended
                    && segment.listed()
                    && !segment.unnamed()
                    && !segment.retired()
                    && eligible.test(segment)
                    && (sparse || segment.poisoned())) {
                candidates.add(segment);
            }
        }
        candidates.sort(Comparator.comparingDouble(segment -> segment.liveBytes() / (double) segment.sizeBytes()));
        return candidates;
    }

    /** Size of the segments that are copied to. */
    private long unitBytes() {
        return space.of(log.files()) == Backend.Space.ENOUGH
                ? Math.max(supply.segmentBytes(), space.smallestSegmentBytes())
                : space.smallestSegmentBytes();
    }

    /** What is chosen so far, and what it takes and gives. */
    private final class Round {

        private final List<Victim> victims = new ArrayList<>();
        private final long unitBytes = unitBytes();
        private final long coldBytes = log.cold().room();
        private final long copiesRoom = room(Purpose.COPIES);
        private final long killersRoom = room(Purpose.KILLERS);
        private final long enoughBytes = Math.min(ROUND_BYTES_MAX, (long) roundRecords() * supply.segmentBytes());
        private long size;
        private long live;
        private long copies;
        private long killers;
        private long directories;
        private boolean evacuation;

        Round() throws SpoolException {}

        /** Bytes that can be appended to the cold stream at present, about. */
        private long room(Purpose purpose) throws SpoolException {
            long left = purpose.segmentsLeft() * (long) space.smallestSegmentBytes();
            long free = Math.max(0, log.files().poolBytes() + supply.roomBytes() - left);
            return coldBytes + free / unitBytes * (unitBytes - OVERHEAD_BYTES);
        }

        boolean isEnough(Segment next) {
            boolean full = live + next.liveBytes() > enoughBytes
                    || victims.size() >= roundRecords()
                    || directories > ROUND_DIRECTORY_BYTES_MAX;
            return full && !victims.isEmpty() && gains();
        }

        boolean takesCopiesOf(Segment next) {
            return next.liveBytes() == 0 || copies + next.liveBytes() <= copiesRoom;
        }

        boolean takes(Victim next) {
            boolean gains = next.segment().poisoned()
                    || next.killersBytes() < next.segment().sizeBytes();
            long appended = copies + next.copyBytes();
            return gains
                    && (next.copyBytes() == 0 || appended <= copiesRoom)
                    && appended + killers + next.killersBytes() + COLD_BYTES <= killersRoom;
        }

        void add(Victim next) {
            victims.add(next);
            size += next.segment().sizeBytes();
            live += next.segment().liveBytes();
            copies += next.copyBytes();
            killers += next.killersBytes();
            directories += next.descriptors().remaining();
            evacuation |= next.segment().poisoned();
        }

        boolean isWorthIt() {
            return evacuation || gains();
        }

        /**
         * Whether it gives back more than it takes: the segments that are opened for copies, and its share of those that killers
         * and catalogue fill. That share twice, because the first half only makes the next round necessary.
         */
        private boolean gains() {
            long usable = unitBytes - OVERHEAD_BYTES;
            long beyond = copies - coldBytes;
            long opened = beyond <= 0 ? 0 : (beyond + usable - 1) / usable * unitBytes;
            long share = (killers + COLD_BYTES + HOT_BYTES) * unitBytes / usable;
            return size > opened + 2 * share;
        }
    }
}
