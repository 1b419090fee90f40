package dev.spool.file;

import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.spi.Head;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which segments of a log live, from the newest readable ROLL record on:
 *
 * <ol>
 *   <li>From the newest hot segment back, those are passed over that do not count: provisional ones that are not named, and ones of
 *       which nothing but a torn first batch was ever written. The first whose ROLL record can be read gives the catalogue.
 *   <li>From there forward, the SEGMENT and RETIRE records of all valid batches are applied, unproven ones too:
 *       what they tell had been done before they were written, and each hot segment adds itself.
 * </ol>
 *
 * <p>If no ROLL record can be read although segments live, what their headers say is taken, and damage is reported.
 */
final class LogHistory {

    private final SlotSurvey survey;
    private final SegmentFiles files;
    private final long namedLife;
    private final NamedSegments.Newest newestTold;
    private final LostRanges lost;
    private final Map<Long, SegmentContents> hotContents = new HashMap<>();
    private final Set<Long> passedOver = new HashSet<>();
    private Catalogue catalogue = new Catalogue();
    private Head head = new Head();
    private long nextRevision = 1;
    private @Nullable SegmentHeader newestHot;

    private LogHistory(SlotSurvey survey, SegmentFiles files, NamedSegments named, LostRanges lost) {
        this.survey = survey;
        this.files = files;
        this.namedLife = named.lifeOf(files.log());
        this.newestTold = named.newestOf(files.log());
        this.lost = lost;
    }

    static LogHistory read(SlotSurvey survey, SegmentFiles files, NamedSegments named, LostRanges lost)
            throws SpoolException {
        LogHistory history = new LogHistory(survey, files, named, lost);
        history.read();
        return history;
    }

    Catalogue catalogue() {
        return catalogue;
    }

    /** The head after all proven operations; its counts are those of the last ROLL record or footer. */
    Head head() {
        return head;
    }

    long nextRevision() {
        return nextRevision;
    }

    /** The last hot segment that counts; null if there is none. */
    @Nullable
    SegmentHeader newestHot() {
        return newestHot;
    }

    /** What the last hot segments hold, if it was read on the way. */
    @Nullable
    SegmentContents contents(long life) {
        return hotContents.get(life);
    }

    private void read() throws SpoolException {
        Deque<SegmentHeader> forward = new ArrayDeque<>();
        Catalogue.Roll base = null;
        for (SegmentHeader header : survey.newestFirst(Stream.HOT)) {
            SegmentHeader newer = forward.peekFirst();
            if (newer == null && !counts(header)) {
                passedOver.add(header.life());
                continue;
            }
            Segment segment = segment(header);
            SegmentContents contents = contents(segment, header, newer);
            if (newer == null && nothingWritten(contents)) {
                passedOver.add(header.life());
                continue;
            }
            hotContents.put(header.life(), contents);
            forward.addFirst(header);
            base = roll(segment, contents);
            if (base != null) {
                break;
            }
            lost.add(
                    "catalogue", segment.at(Blocks.BYTES), "the ROLL record that lists the living segments is damaged");
        }
        newestHot = forward.peekLast();
        requireNewest();
        if (base != null) {
            catalogue = base.catalogue();
            head = base.head();
            nextRevision = base.nextRevision();
        } else {
            fromHeaders();
        }
        for (SegmentHeader header : forward) {
            apply(header);
        }
    }

    /** The newest segment stands in no catalogue but its own: the epoch file tells whether it is missing. */
    private void requireNewest() {
        long found = newestHot == null ? 0 : newestHot.life();
        if (found < newestTold.life()) {
            lost.add(
                    "missing-segment",
                    files.directory().toString(),
                    "the newest segment, of life " + newestTold.life() + ", is missing or unreadable, the newest that"
                            + " is there is of life " + found + "; what it held is lost unless the file comes back");
        }
    }

    private boolean counts(SegmentHeader header) {
        return !header.provisional() || header.life() == namedLife;
    }

    private static boolean nothingWritten(SegmentContents contents) {
        return contents.footer() == null
                && contents.scan() != null
                && contents.scan().batches().isEmpty();
    }

    private SegmentContents contents(Segment segment, SegmentHeader header, @Nullable SegmentHeader newer)
            throws SpoolException {
        SegmentContents sealed = SegmentContents.fromFooter(segment, header);
        if (sealed != null) {
            return sealed;
        }
        long told = header.life() == newestTold.life() ? newestTold.batch() : 0;
        long evidence = newer == null ? told : Math.max(told, durableNumberOf(newer));
        SegmentScanner.Result scan = SegmentScanner.scan(segment, header, header.sizeBytes(), evidence);
        return new SegmentContents(SegmentContents.concatenated(scan.batches()), null, null, scan);
    }

    /** The durable number that the first batch of a segment tells of the one before it; 0 if it cannot be read. */
    long durableNumberOf(SegmentHeader header) throws SpoolIoException {
        ByteBuffer block = ByteBuffer.allocate(Blocks.BYTES);
        segment(header).readStructure(block, Blocks.BYTES);
        BatchHeader first = BatchHeader.decode(block.flip(), 0);
        return first != null && first.belongsTo(header, Blocks.BYTES) ? first.durableNumber() : 0;
    }

    private Segment segment(SegmentHeader header) {
        return java.util.Objects.requireNonNull(files.inSlot(header.slot()));
    }

    private Catalogue.@Nullable Roll roll(Segment segment, SegmentContents contents) throws SpoolIoException {
        DescriptorCursor cursor = new DescriptorCursor(contents.descriptors());
        while (cursor.next()) {
            if (cursor.type() == FileRecord.ROLL) {
                ByteBuffer payload = payload(segment, cursor);
                Catalogue.Roll roll = payload == null ? null : Catalogue.decode(payload);
                if (roll != null) {
                    return roll;
                }
            }
        }
        return null;
    }

    /** The verified payload of one of this backend's records; null if it is damaged. */
    static @Nullable ByteBuffer payload(Segment segment, DescriptorCursor cursor) throws SpoolIoException {
        Descriptor descriptor = cursor.descriptor();
        if (descriptor == null) {
            return null;
        }
        RecordHeader header = descriptor.header();
        ByteBuffer payload = ByteBuffer.allocate(header.partBytes());
        segment.readStructure(payload, (long) descriptor.offset() + header.encodedBytes());
        payload.flip();
        boolean intact = payload.remaining() == header.partBytes()
                && RecordHeader.crc(payload, 0, payload.remaining()) == header.partCrc();
        return intact ? payload : null;
    }

    private void fromHeaders() {
        List<SegmentHeader> headers = new ArrayList<>(survey.newestFirst(Stream.HOT));
        headers.addAll(survey.newestFirst(Stream.COLD));
        headers.removeIf(header -> passedOver.contains(header.life()));
        headers.forEach(header -> catalogue.put(listed(header)));
    }

    private static Catalogue.Living listed(SegmentHeader header) {
        return new Catalogue.Living(
                header.life(), header.salt(), header.slot(), header.sizeBytes(), header.stream(), false, false, 0, 0);
    }

    private void apply(SegmentHeader header) {
        SegmentContents contents = java.util.Objects.requireNonNull(hotContents.get(header.life()));
        Segment segment = segment(header);
        catalogue.put(listed(header));
        DescriptorCursor cursor = new DescriptorCursor(contents.descriptors());
        int provenEnd =
                contents.scan() == null ? segment.sizeBytes() : contents.scan().provenEnd();
        while (cursor.next()) {
            if (cursor.type() == FileRecord.SEGMENT) {
                Descriptor descriptor = cursor.descriptor();
                Catalogue.Living entry = descriptor == null
                        ? null
                        : Catalogue.Living.of(descriptor.header().extensions());
                if (entry == null) {
                    lost.add("catalogue", segment.at(cursor.offset()), "a SEGMENT record of the catalogue is damaged");
                } else {
                    catalogue.put(entry);
                }
            } else if (cursor.type() == FileRecord.RETIRE) {
                Descriptor retire = cursor.descriptor();
                if (retire != null) {
                    catalogue.remove(retire.header().birthRevision());
                }
            } else if (contents.head() == null && cursor.offset() < provenEnd) {
                Descriptor operation = cursor.descriptor();
                if (operation != null) {
                    head.advance(operation.header(), false, null);
                }
            }
        }
        if (contents.head() != null) {
            head = contents.head();
        }
    }
}
