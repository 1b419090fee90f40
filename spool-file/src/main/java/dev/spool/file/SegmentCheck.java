package dev.spool.file;

import dev.spool.Finding.Severity;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolIoException;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Checks a living segment: both copies of its header, its footer, and every batch and record whether it is needed or not. Damage to
 * a record of a live message is damage and names the message; what is damaged but stands elsewhere too, or is dead, is a hint.
 */
final class SegmentCheck {

    private final UUID storeId;
    private final Segment segment;
    private final SegmentHeader header;
    private final LoadedLog loaded;
    private final DamagedMessages messages;
    private final FileCheck.Teller teller;
    private final ByteBuffer bytes;
    private final BatchVerifier verifier;
    private int told;

    SegmentCheck(UUID storeId, Segment segment, LoadedLog loaded, DamagedMessages messages, FileCheck.Teller teller)
            throws SpoolException {
        this.storeId = storeId;
        this.segment = segment;
        this.header = java.util.Objects.requireNonNull(segment.header());
        this.loaded = loaded;
        this.messages = messages;
        this.teller = teller;
        this.bytes = ByteBuffer.allocate(segment.sizeBytes()).order(ByteOrder.LITTLE_ENDIAN);
        try {
            segment.reader().read(bytes, 0);
        } catch (IOException e) {
            throw new SpoolIoException("reading " + segment.path() + " failed: " + e.getMessage(), e);
        }
        bytes.clear(); // what a file cut short does not have reads as zeros
        this.verifier = new BatchVerifier(bytes, 0);
    }

    void run() throws SpoolException {
        checkHeader();
        SegmentScanner.Result scan =
                SegmentScanner.scan(segment, header, segment.end(), Math.max(1, segment.lastBatch()));
        boolean intact = true;
        for (SegmentScanner.FoundBatch batch : scan.batches()) {
            if (batch.damaged()) {
                intact = false;
                explain(batch);
            }
        }
        checkFooter(intact ? SegmentContents.concatenated(scan.batches()) : null);
        checkTail();
    }

    private void checkHeader() {
        SegmentHeader.Copies copies = SegmentHeader.Copies.of(bytes);
        SegmentHeader either = copies.first() != null ? copies.first() : copies.second();
        if (!copies.equal()) {
            tell(
                    Severity.HINT,
                    "segment-header",
                    0,
                    either == null
                            ? "neither copy of the segment header is intact; first batch and catalogue tell what it said"
                            : copies.first() == null || copies.second() == null
                                    ? "one of the two copies of the segment header is damaged"
                                    : "the two copies of the segment header differ");
        }
        if (either != null && !either.storeId().equals(storeId)) {
            tell(
                    Severity.DAMAGE,
                    "segment-header",
                    0,
                    "the segment belongs to store " + either.storeId() + ", not to " + storeId
                            + "; files of two spools were mixed up");
        }
    }

    private void checkFooter(@Nullable ByteBuffer batches) throws SpoolException {
        int trailer = segment.sizeBytes() - Blocks.BYTES;
        if (segment.footer() == null) {
            if (segment.state() == Segment.State.SEALED
                    || Footer.resembles(bytes.slice(trailer, Blocks.BYTES), header)) {
                tell(
                        Severity.HINT,
                        "footer",
                        trailer,
                        "the footer of a sealed segment does not check out; the batches are read instead");
            }
            return;
        }
        SegmentContents footer = SegmentContents.fromFooter(segment, header);
        if (batches != null && footer != null && !footer.descriptors().equals(batches)) {
            tell(
                    Severity.DAMAGE,
                    "footer",
                    trailer,
                    "the footer and the batches of this segment check out, and tell of different records");
        }
    }

    /** Batches of this life behind its end, which the next open does not commit again, were torn or cut off. */
    private void checkTail() {
        int end = segment.end();
        for (LoadedLog.Unproven unproven : loaded.unproven()) {
            end = unproven.segment() == segment ? Math.max(end, unproven.batch().end()) : end;
        }
        for (int at = end; at < segment.sizeBytes(); at += Blocks.BYTES) {
            BatchHeader batch = BatchHeader.decode(bytes, at);
            if (batch != null && batch.belongsTo(header, at)) {
                tell(
                        Severity.NOTE,
                        "torn-tail",
                        at,
                        "batch " + batch.number() + " was torn or cut off, and never acknowledged");
                return;
            }
        }
    }

    private void explain(SegmentScanner.FoundBatch batch) throws SpoolException {
        int before = told;
        int at = batch.position();
        BatchHeader found = BatchHeader.decode(bytes, at);
        if (found == null || !found.belongsTo(header, at)) {
            tell(
                    Severity.HINT,
                    "batch-header",
                    at,
                    "the header of batch " + batch.number() + " does not check out; its records were found without it");
        } else if (found.records() > 0 && !verifier.directoryIntact(found, at)) {
            tell(
                    Severity.HINT,
                    "directory",
                    at + found.directoryOffset(),
                    "the directory of batch " + batch.number()
                            + " does not check out; the records' own headers were found");
        }
        ByteBuffer descriptors = batch.descriptors();
        if (segment.footer() != null) {
            SegmentContents footer = SegmentContents.fromFooter(segment, header);
            descriptors = footer == null ? descriptors : footer.descriptors();
        }
        DescriptorCursor cursor = new DescriptorCursor(descriptors);
        while (cursor.next()) {
            Descriptor descriptor = cursor.offset() >= at && cursor.offset() < batch.end() ? cursor.descriptor() : null;
            BatchVerifier.Fault fault = descriptor == null ? null : verifier.fault(descriptor, at, batch.end());
            if (descriptor != null && fault != null) {
                explain(descriptor, fault);
            }
        }
        if (told == before) {
            tell(
                    Severity.DAMAGE,
                    "batch",
                    at,
                    "batch " + batch.number() + " of " + batch.totalBytes()
                            + " bytes was durable once and does not check out any more");
        }
    }

    private void explain(Descriptor descriptor, BatchVerifier.Fault fault) {
        RecordHeader record = descriptor.header();
        boolean ofMessage = record.type() == RecordType.PUT
                || record.type() == RecordType.ENVELOPE
                || record.type() == RecordType.CHUNK;
        SpoolId live = ofMessage ? messages.at(segment, descriptor.offset()) : null;
        String what = switch (fault) {
            case HEADER -> "header";
            case ENVELOPE -> "envelope";
            case BODY -> ofMessage ? "body" : "payload";
        };
        String kind = kind(record, fault, ofMessage);
        String of = " of the record of " + record.recordBytes() + " bytes, type " + record.type() + ", revision "
                + record.revision() + ", does not check out; ";
        if (live != null) {
            messages.told(live);
            told++;
            teller.tell(
                    Severity.DAMAGE,
                    kind,
                    segment.at(descriptor.offset()),
                    live,
                    "the " + what + of + "the message cannot be read, and a repair removes it");
        } else {
            told++;
            teller.tell(
                    Severity.HINT,
                    kind,
                    segment.at(descriptor.offset()),
                    ofMessage || record.type() == RecordType.REMOVE ? record.id() : null,
                    "the " + what + of
                            + (ofMessage ? "it is dead, nothing is lost" : "what it tells stands elsewhere too"));
        }
    }

    private static String kind(RecordHeader record, BatchVerifier.Fault fault, boolean ofMessage) {
        boolean catalogue = record.type() == FileRecord.ROLL
                || record.type() == FileRecord.SEGMENT
                || record.type() == FileRecord.RETIRE;
        if (catalogue) {
            return "catalogue";
        }
        if (!ofMessage || fault == BatchVerifier.Fault.HEADER) {
            return "record";
        }
        return fault == BatchVerifier.Fault.ENVELOPE ? "envelope" : "body";
    }

    private void tell(Severity severity, String kind, int offset, String message) {
        told++;
        teller.tell(severity, kind, segment.at(offset), null, message);
    }
}
