package dev.spool.file;

import dev.spool.Finding.Severity;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolIoException;
import dev.spool.engine.record.RecordType;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Checks one living segment: both copies of its header, its footer, and every batch whether it is needed or not. What is damaged
 * but stands elsewhere too, or is dead, is a hint; damage to live messages is told by those who read the messages.
 */
final class SegmentCheck {

    private static final int HEADER_COPY_BYTES = 128;
    private static final int SECOND_COPY = 2048;

    private final Segment segment;
    private final LocationIndex index;
    private final FileCheck.Teller teller;

    SegmentCheck(Segment segment, LocationIndex index, FileCheck.Teller teller) {
        this.segment = segment;
        this.index = index;
        this.teller = teller;
    }

    void run() throws SpoolException {
        SegmentHeader header = segment.header();
        if (header == null) {
            return;
        }
        checkHeaderCopies();
        if (segment.state() == Segment.State.SEALED && segment.footer() == null) {
            teller.tell(
                    Severity.HINT,
                    "footer",
                    segment.at(segment.sizeBytes() - Blocks.BYTES),
                    null,
                    "the footer of a sealed segment does not check out; its batches were read instead");
        }
        SegmentScanner.Result scan =
                SegmentScanner.scan(segment, header, segment.end(), Math.max(1, segment.lastBatch()));
        for (SegmentScanner.FoundBatch batch : scan.batches()) {
            if (batch.damaged()) {
                tellDamaged(batch);
            }
        }
        if (scan.torn()) {
            teller.tell(
                    Severity.NOTE, "tail", segment.at(scan.end()), null, "a torn batch that was never acknowledged");
        }
    }

    private void checkHeaderCopies() throws SpoolException {
        ByteBuffer block = ByteBuffer.allocate(Blocks.BYTES);
        try {
            segment.reader().read(block, 0);
        } catch (IOException e) {
            throw new SpoolIoException("reading " + segment.path() + " failed: " + e.getMessage(), e);
        }
        ByteBuffer first = block.slice(0, HEADER_COPY_BYTES);
        ByteBuffer second = block.slice(SECOND_COPY, HEADER_COPY_BYTES);
        if (!first.equals(second)) {
            teller.tell(
                    Severity.HINT,
                    "segment-header",
                    segment.at(0),
                    null,
                    "the two copies of the segment header differ; one of them is intact");
        }
    }

    /** Names the live messages with a record in a damaged batch, or tells that none is concerned. */
    private void tellDamaged(SegmentScanner.FoundBatch batch) {
        DescriptorCursor cursor = new DescriptorCursor(batch.descriptors());
        @Nullable SpoolId live = null;
        while (cursor.next()) {
            boolean message = cursor.type() == RecordType.PUT || cursor.type() == RecordType.ENVELOPE;
            long location = index.get(cursor.idHigh(), cursor.idLow());
            if (message && Location.slot(location) == segment.slot() && Location.offset(location) == cursor.offset()) {
                live = new SpoolId(cursor.idHigh(), cursor.idLow());
            }
        }
        teller.tell(
                live == null ? Severity.HINT : Severity.DAMAGE,
                "batch",
                segment.at(batch.position()),
                live,
                "batch " + batch.number() + " of " + batch.totalBytes()
                        + " bytes, durable once, does not check out any more");
    }
}
