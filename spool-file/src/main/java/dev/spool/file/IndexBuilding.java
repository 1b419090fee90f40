package dev.spool.file;

import dev.spool.SpoolException;
import dev.spool.engine.record.RecordHeader;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds the index of a log from the descriptors of its living segments: every message goes in that no killer names, and what is live
 * is counted. All killers are known before.
 */
final class IndexBuilding {

    private final SegmentFiles files;
    private final KilledRecords killed;
    private final Directories directories;
    private final LostRanges lost;
    private final LiveParts parts;
    private final LocationIndex index = new LocationIndex();
    private final List<Links.Link> danglingCopies = new ArrayList<>();
    private long liveCount;
    private long liveBytes;

    /** Where the descriptors come from. */
    interface Directories {

        /** Those that count in a segment, by one of many threads; nobody asks for them twice. */
        DescriptorCursor of(Segment segment) throws SpoolException;
    }

    IndexBuilding(SegmentFiles files, KilledRecords killed, Directories directories, LostRanges lost, LiveParts parts) {
        this.files = files;
        this.killed = killed;
        this.directories = directories;
        this.lost = lost;
        this.parts = parts;
    }

    /** @param messages how many there are about, dead ones included */
    LocationIndex build(List<Segment> living, long messages) throws SpoolException {
        index.expect(messages - killed.count());
        killed.complete();
        List<Filler> fillers = SegmentWorkers.deal(living, Filler::new);
        for (Filler filler : fillers) {
            danglingCopies.addAll(filler.dangling);
            liveCount += filler.count;
            liveBytes += filler.bytes;
        }
        for (Filler filler : fillers) {
            for (Displaced displaced : filler.displaced) {
                settle(displaced);
            }
        }
        return index;
    }

    /** Copies that were never put in the place of their originals, and what else nobody has said is dead though it is. */
    List<Links.Link> danglingCopies() {
        return danglingCopies;
    }

    long liveCount() {
        return liveCount;
    }

    /** Bytes of bodies and envelopes. */
    long liveBytes() {
        return liveBytes;
    }

    /** A record in whose place another one of the same id stands. */
    private record Displaced(long high, long low, long location) {}

    /**
     * Two records that nobody killed for one id: only damage to a killer makes that. The newer one counts, and recovery kills the
     * other, so that it never comes back.
     */
    private void settle(Displaced displaced) throws SpoolException {
        long first = displaced.location();
        long second = index.get(displaced.high(), displaced.low());
        Descriptor one = SegmentContents.descriptorAt(files, first);
        Descriptor other = SegmentContents.descriptorAt(files, second);
        boolean firstCounts = one != null
                && other != null
                && one.header().revision() > other.header().revision();
        long dead = firstCounts ? second : first;
        Descriptor deadOne = firstCounts ? other : one;
        danglingCopies.add(files.link(dead));
        files.addLive(dead, -1);
        liveCount--;
        if (deadOne != null) {
            liveBytes -= deadOne.header().bodyBytes() + deadOne.header().envelopeBytes();
        }
        if (firstCounts) {
            index.put(displaced.high(), displaced.low(), first);
        }
    }

    /** One thread's part. */
    private final class Filler implements SegmentWorkers.Worker {

        private final List<Displaced> displaced = new ArrayList<>();
        private final List<Links.Link> dangling = new ArrayList<>();
        private final IndexFilling filling =
                new IndexFilling(index, (high, low, location) -> displaced.add(new Displaced(high, low, location)));
        private long count;
        private long bytes;

        @Override
        public void take(Segment segment) throws SpoolException {
            long life = segment.life();
            DescriptorCursor cursor = directories.of(segment);
            KilledRecords.Offsets ended = killed.ofLife(life);
            long recordBytes = 0;
            while (cursor.next()) {
                if (!IndexedSegment.isMessage(cursor) || ended.contains(cursor.offset())) {
                    continue;
                }
                int padded = cursor.paddedRecordBytes();
                if (danglingCopy(cursor)) {
                    dangling.add(new Links.Link(life, cursor.offset(), padded));
                    continue;
                }
                if (!new Links.Link(life, cursor.offset(), padded).sane()) {
                    lost.add(
                            "record",
                            segment.at(cursor.offset()),
                            "a descriptor leads to no place where a record can stand");
                    continue;
                }
                count++;
                bytes += cursor.bodyBytes() + cursor.envelopeBytes();
                recordBytes += padded + SegmentFiles.DESCRIPTORS_BYTES;
                filling.add(cursor.idHigh(), cursor.idLow(), Location.of(segment.slot(), cursor.offset(), padded));
                if (cursor.hasLinks()) {
                    countParts(cursor);
                }
            }
            segment.addLive(recordBytes);
        }

        @Override
        public void finish() throws SpoolException {
            filling.finish();
        }
    }

    /** A copy that was never put in the place of its original, because an operation on the original came first. */
    private boolean danglingCopy(DescriptorCursor cursor) {
        if ((cursor.flags() & RecordHeader.FLAG_RELOCATED) == 0) {
            return false;
        }
        Descriptor copy = cursor.descriptor();
        Links.Link origin = copy == null ? null : IndexedSegment.origin(copy.header());
        return origin != null && killed.byOperation(origin.life(), origin.offset());
    }

    private void countParts(DescriptorCursor cursor) {
        Descriptor descriptor = cursor.descriptor();
        if (descriptor != null) {
            parts.count(descriptor.header());
        }
    }
}
