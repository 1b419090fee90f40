package dev.spool.file;

import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import dev.spool.engine.spi.Head;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A segment as far as the index of its log depends on it: the messages in it, and the records that it says are dead. Only of a
 * segment in which nothing is damaged. Of one that its owner still fills, it is what stands there so far; {@link #continued} is the
 * same segment later.
 */
final class IndexedSegment {

    private final SegmentHeader header;
    private final @Nullable Footer footer;
    private final @Nullable Head head;
    private final Killers addedKillers = new Killers();
    private final Set<Long> originLives = new HashSet<>();
    private final List<Descriptor> chunked = new ArrayList<>();
    private final int startBytes;
    private @Nullable IndexedSegment start;
    private Killers killers = addedKillers;
    private @Nullable ByteBuffer descriptors;
    private long messages;

    private IndexedSegment(SegmentHeader header, SegmentContents contents, int startBytes) {
        this.header = header;
        this.footer = contents.footer();
        this.head = contents.head();
        this.descriptors = contents.descriptors();
        this.startBytes = startBytes;
    }

    /**
     * From what has been read of it.
     *
     * @param contents the descriptors that count
     * @return null if anything is damaged, and so needs a closer look
     */
    static @Nullable IndexedSegment of(Segment segment, SegmentHeader header, SegmentContents contents)
            throws SpoolException {
        IndexedSegment indexed = new IndexedSegment(header, contents, 0);
        return indexed.takeAll(segment, contents.descriptors()) ? indexed : null;
    }

    /**
     * The same segment as it was read later.
     *
     * @param contents the descriptors that count by now
     * @return null if they do not begin with those of this one, or anything is damaged
     */
    @Nullable
    IndexedSegment continued(Segment segment, SegmentContents contents) throws SpoolException {
        ByteBuffer before = descriptors;
        ByteBuffer now = contents.descriptors();
        int length = before == null ? 0 : before.remaining();
        if (before == null || now.remaining() < length || !before.equals(now.slice(now.position(), length))) {
            return null;
        }
        IndexedSegment later = new IndexedSegment(header, contents, length);
        later.start = this;
        later.originLives.addAll(originLives);
        later.chunked.addAll(chunked);
        later.messages = messages;
        boolean intact = later.takeAll(segment, now.slice(now.position() + length, now.remaining() - length));
        later.killers = killers.and(later.addedKillers);
        return intact ? later : null;
    }

    private boolean takeAll(Segment segment, ByteBuffer entries) throws SpoolException {
        DescriptorCursor cursor = new DescriptorCursor(entries);
        while (cursor.next()) {
            if (!take(segment, cursor)) {
                return false;
            }
        }
        return addedKillers.sane();
    }

    private boolean take(Segment segment, DescriptorCursor cursor) throws SpoolException {
        if (cursor.type() == FileRecord.KILLS) {
            ByteBuffer payload = LogHistory.payload(segment, cursor);
            KillList list = payload == null ? null : KillList.decode(payload);
            if (list != null) {
                for (int offset : list.offsets()) {
                    addedKillers.add(list.life(), offset, list.byCopy());
                }
            }
            return list != null;
        }
        boolean message = isMessage(cursor);
        messages += message ? 1 : 0;
        boolean sane = !message || new Links.Link(header.life(), cursor.offset(), cursor.paddedRecordBytes()).sane();
        if (!cursor.hasLinks()) {
            return sane;
        }
        Descriptor descriptor = cursor.descriptor();
        if (descriptor == null) {
            return false;
        }
        killers(descriptor.header(), addedKillers::add);
        Links.Link origin = message ? origin(descriptor.header()) : null;
        if (origin != null) {
            originLives.add(origin.life());
        }
        if (message && Links.link(descriptor.header().extensions(), Links.PREVIOUS_CHUNK) != null) {
            chunked.add(descriptor);
        }
        return sane;
    }

    /** Whether a record is a version of a message. */
    static boolean isMessage(DescriptorCursor cursor) {
        return cursor.type() == RecordType.PUT || cursor.type() == RecordType.ENVELOPE;
    }

    /** The records that this one says are dead. */
    static void killers(RecordHeader header, Killers.Visitor visitor) {
        boolean copy = (header.flags() & RecordHeader.FLAG_RELOCATED) != 0;
        for (Links.Link target : Links.targets(header.extensions())) {
            visitor.killed(target.life(), target.offset(), copy);
        }
        Links.Link body = Links.link(header.extensions(), Links.BODY);
        if (body != null) {
            visitor.killed(body.life(), body.offset(), false);
        }
    }

    /**
     * The original of a copy that compaction made; null if this is none. It is the first target; a second one is the body that an
     * envelope update left where it was.
     */
    static Links.@Nullable Link origin(RecordHeader header) {
        if ((header.flags() & RecordHeader.FLAG_RELOCATED) == 0) {
            return null;
        }
        List<Links.Link> origins = Links.targets(header.extensions());
        return origins.isEmpty() ? null : origins.get(0);
    }

    SegmentHeader header() {
        return header;
    }

    /** Whether this is what that segment was {@link #continued} to. */
    boolean continues(IndexedSegment earlier) {
        return start == earlier;
    }

    /** Lets go of what it continues, which the index knows as part of it by now. */
    void settled() {
        start = null;
    }

    /** How many bytes of its descriptors are those of what it continues. */
    int startBytes() {
        return startBytes;
    }

    /** Null if the segment was cut, or is not sealed yet. */
    @Nullable
    Footer footer() {
        return footer;
    }

    /** Of the footer. */
    @Nullable
    Head head() {
        return head;
    }

    /** What its killers name. */
    Killers killers() {
        return killers;
    }

    /** What those of its killers name that what it continues did not have. */
    Killers addedKillers() {
        return addedKillers;
    }

    /** The lives in which the originals of copies in it stood. */
    Set<Long> originLives() {
        return originLives;
    }

    /** Messages in chunks, dead ones included. */
    List<Descriptor> chunked() {
        return chunked;
    }

    /** How many versions of messages stand in it, dead ones included. */
    long messages() {
        return messages;
    }

    /** Heap that its descriptors take. */
    long keptBytes() {
        ByteBuffer kept = descriptors;
        return kept == null ? 0 : kept.capacity();
    }

    /** Keeps the descriptors no longer, if there is a footer from which they can be read again when needed. */
    void forget() {
        descriptors = footer == null ? descriptors : null;
    }

    /** The descriptors of all its records; null if they do not stand in the file any more, or cannot be read. */
    @Nullable
    ByteBuffer descriptors(SegmentFiles files) {
        ByteBuffer kept = descriptors;
        if (kept != null) {
            return kept;
        }
        Segment segment = new Segment(files.disk(), files.pathOf(header.slot()), header.slot(), header.sizeBytes());
        try {
            SegmentContents contents = SegmentContents.fromFooter(segment, header);
            return contents != null && java.util.Objects.equals(contents.footer(), footer)
                    ? contents.descriptors()
                    : null;
        } catch (SpoolIoException e) {
            return null; // whoever then reads everything hears of it
        } finally {
            close(segment);
        }
    }

    static void close(Segment segment) {
        try {
            segment.closeReader();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException("closing a file that was only read cannot fail", e);
        }
    }
}
