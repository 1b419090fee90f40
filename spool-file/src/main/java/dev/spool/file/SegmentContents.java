package dev.spool.file;

import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.spi.Head;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The descriptors of a whole segment: from its footer where that is intact, else from its batches.
 *
 * @param descriptors of all records, batch by batch as they were written, unless something was damaged
 * @param head from the footer of a hot segment; null if there is none
 * @param footer null if it was missing or damaged
 * @param scan how the batches looked, if they had to be scanned
 */
record SegmentContents(
        ByteBuffer descriptors,
        @Nullable Head head,
        @Nullable Footer footer,
        SegmentScanner.@Nullable Result scan) {

    /**
     * Reads a segment that ended: sealed or cut.
     *
     * @param ended what the catalogue says of its end, or null if nothing
     */
    static SegmentContents read(Segment segment, SegmentHeader header, Catalogue.@Nullable Living ended)
            throws SpoolException {
        SegmentContents sealed = ended != null && ended.cut() ? null : fromFooter(segment, header);
        return sealed != null ? sealed : fromBatches(segment, header, ended);
    }

    /** From the footer alone; null if it is missing or damaged. */
    static @Nullable SegmentContents fromFooter(Segment segment, SegmentHeader header) throws SpoolIoException {
        Footer footer = footer(segment, header);
        if (footer == null) {
            return null;
        }
        int bytes = footer.headBytes() + footer.directoryBytes();
        ByteBuffer body = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        segment.readStructure(body, footer.bodyOffset());
        body.flip();
        if (body.remaining() < bytes || RecordHeader.crc(body, 0, bytes) != footer.bodyCrc()) {
            return null;
        }
        Head head = footer.headBytes() == 0 ? null : Head.decode(body.slice(0, footer.headBytes()));
        return new SegmentContents(body.slice(footer.headBytes(), footer.directoryBytes()), head, footer, null);
    }

    /** The footer without what it describes; null if it is missing or damaged. */
    static @Nullable Footer footer(Segment segment, SegmentHeader header) throws SpoolIoException {
        ByteBuffer trailer = ByteBuffer.allocate(Blocks.BYTES);
        segment.readStructure(trailer, segment.sizeBytes() - (long) Blocks.BYTES);
        return Footer.decode(trailer.flip(), header);
    }

    /** From the batches, up to where the catalogue says they end. */
    static SegmentContents fromBatches(Segment segment, SegmentHeader header, Catalogue.@Nullable Living ended)
            throws SpoolException {
        int limit = segment.sizeBytes();
        long evidence = ended == null ? 0 : ended.lastBatch();
        if (ended != null && (ended.sealed() || ended.cut())) {
            limit = ended.end();
        }
        SegmentScanner.Result scan = SegmentScanner.scan(segment, header, limit, evidence);
        return new SegmentContents(concatenated(scan.batches()), null, null, scan);
    }

    static ByteBuffer concatenated(List<SegmentScanner.FoundBatch> batches) {
        int bytes = batches.stream()
                .mapToInt(batch -> batch.descriptors().remaining())
                .sum();
        ByteBuffer all = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        batches.forEach(batch -> all.put(batch.descriptors().duplicate()));
        return all.flip();
    }

    /** The copy of a record's header that stands elsewhere than in the record; null if that is damaged too. */
    static @Nullable Descriptor descriptorAt(SegmentFiles files, long location) throws SpoolException {
        Segment segment = files.inSlot(Location.slot(location));
        SegmentHeader header = segment == null ? null : segment.header();
        if (segment == null || header == null) {
            return null;
        }
        Catalogue.Living ended = segment.state() == Segment.State.ACTIVE ? null : segment.living();
        DescriptorCursor cursor =
                new DescriptorCursor(read(segment, header, ended).descriptors());
        while (cursor.next()) {
            if (cursor.offset() == Location.offset(location)) {
                return cursor.descriptor();
            }
        }
        return null;
    }
}
