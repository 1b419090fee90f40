package dev.spool.file;

import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.engine.spi.Backend;
import dev.spool.engine.spi.BackendContext;
import dev.spool.engine.spi.BatchRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
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

    private static final int UNREAD_MAX = 2;

    /** And so many are gathered at the most while they do not gain anything together. */
    private static final int VICTIMS_MAX = 2 * ROUND_RECORDS_MAX;

    private final BackendContext context;
    private final FileLog log;
    private final SegmentSupply supply;
    private final SpaceGauge space;
    /** Lives that were looked into in vain: the next time others come first. */
    private final Set<Long> refusedBefore = new HashSet<>();

    private boolean awaitsProof;

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
     * @param unreadable told of a segment that the disk does not give, which is not chosen
     */
    List<Victim> choose(double worthIt, Predicate<Segment> eligible, BiConsumer<Segment, SpoolIoException> unreadable)
            throws SpoolException {
        Round round = new Round();
        int refused = 0;
        int unread = 0;
        awaitsProof = false;
        for (Candidate candidate : candidates(worthIt, eligible)) {
            Segment segment = candidate.segment();
            if (round.isEnough(segment) || !round.takesCopiesOf(segment) || refused == REFUSED_MAX) {
                break;
            }
            if (segment.state() == Segment.State.CUT && !log.cutForGood(segment)) {
                log.requestProof();
                awaitsProof = true;
                continue;
            }
            Victim victim;
            try {
                victim = Victim.read(log.files(), segment);
            } catch (SpoolIoException e) {
                unreadable.accept(segment, e);
                if (++unread == UNREAD_MAX) {
                    break; // each may take seconds
                }
                continue;
            }
            if (round.takes(victim)) {
                round.add(victim);
            } else {
                refused++;
                refusedBefore.add(segment.life());
            }
        }
        if (refused < REFUSED_MAX) {
            refusedBefore.clear(); // all were looked into
        }
        return round.isWorthIt() ? round.victims : List.of();
    }

    /** Whether the last choice left a segment out whose end is not beyond a crash yet; it will be, and nothing may leave it before. */
    boolean awaitsProof() {
        return awaitsProof;
    }

    /** @param liveShare as it was when they were sorted: it changes all the time */
    private record Candidate(Segment segment, boolean refusedBefore, double liveShare) {}

    private List<Candidate> candidates(double worthIt, Predicate<Segment> eligible) {
        List<Candidate> candidates = new ArrayList<>();
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
                double share = segment.liveBytes() / (double) segment.sizeBytes();
                candidates.add(new Candidate(segment, refusedBefore.contains(segment.life()), share));
            }
        }
        candidates.sort(Comparator.comparing(Candidate::refusedBefore).thenComparingDouble(Candidate::liveShare));
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
        private final CarriedKillers killers = new CarriedKillers(log.files());
        private final long unitBytes = unitBytes();
        private final long coldBytes = log.cold().room();
        private final long copiesRoom = room(Purpose.COPIES);
        private final long killersRoom = room(Purpose.KILLERS);
        private final int margin = isPressed() ? 1 : 2;
        private final long enoughBytes = Math.min(ROUND_BYTES_MAX, (long) roundRecords() * supply.segmentBytes());
        private long size;
        private long live;
        private long killersBytes;
        private long directories;
        private boolean evacuation;

        Round() throws SpoolException {}

        /** Bytes that can be appended to the cold stream at present, about. */
        private long room(Purpose purpose) throws SpoolException {
            long kept = purpose.segmentsLeft() * (long) space.smallestSegmentBytes();
            long pool = log.files().poolBytes();
            long unused = supply.roomBytes();
            long taken = log.files().takeableBytes(kept - unused);
            long made = Math.max(0, Math.min(unused, pool - taken + unused - kept));
            return coldBytes + (taken + made) / unitBytes * (unitBytes - OVERHEAD_BYTES);
        }

        /** Whether there is no segment left for removes. */
        private boolean isPressed() throws SpoolException {
            long kept = (Purpose.OPERATIONS.segmentsLeft() + 1L) * space.smallestSegmentBytes();
            return log.files().poolBytes() + supply.roomBytes() < kept;
        }

        boolean isEnough(Segment next) {
            boolean full = live + next.liveBytes() > enoughBytes || victims.size() >= roundRecords();
            boolean tooMuch = victims.size() >= VICTIMS_MAX || directories > ROUND_DIRECTORY_BYTES_MAX;
            return !victims.isEmpty() && (tooMuch || (full && gains()));
        }

        boolean takesCopiesOf(Segment next) {
            return next.liveBytes() == 0 || copied(live + next.liveBytes()) <= copiesRoom;
        }

        boolean takes(Victim next) {
            long more = next.killers().bytesBeside(killers);
            boolean gains = next.segment().poisoned() || next.segment().sizeBytes() > margin * share(more);
            long appended = copied(live + next.segment().liveBytes()) + killersBytes + more;
            return gains && (appended == 0 || appended + COLD_BYTES <= killersRoom);
        }

        void add(Victim next) {
            victims.add(next);
            size += next.segment().sizeBytes();
            live += next.segment().liveBytes();
            killersBytes += next.killers().bytesBeside(killers);
            killers.addAll(next.killers());
            directories += next.descriptors().remaining();
            evacuation |= next.segment().poisoned();
        }

        boolean isWorthIt() {
            return evacuation || gains();
        }

        /**
         * Whether it gives back more than it takes: the segments that are opened for copies, and its share of those that killers
         * and catalogue fill. That share twice, as long as there is a choice: a round that hardly gains only makes the next one
         * necessary.
         */
        private boolean gains() {
            long usable = unitBytes - OVERHEAD_BYTES;
            long beyond = copied(live) - coldBytes;
            long opened = beyond <= 0 ? 0 : (beyond + usable - 1) / usable * unitBytes;
            long appended = live + killersBytes == 0 ? 0 : killersBytes + COLD_BYTES;
            return size > opened + margin * share(appended + HOT_BYTES);
        }

        /** What so many bytes take of segments. */
        private long share(long bytes) {
            return bytes * unitBytes / (unitBytes - OVERHEAD_BYTES);
        }

        /** What copies take, directories included as {@link Segment#liveBytes} counts them. */
        private static long copied(long live) {
            return live + live / 16;
        }
    }
}
