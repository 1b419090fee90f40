package dev.spool.file;

import dev.spool.SpoolException;
import dev.spool.engine.record.Extensions;
import dev.spool.engine.record.RecordHeader;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Appends copies and killers to the cold stream in batches of about a megabyte, each synced. {@link #prove} writes the batch that
 * proves all before it. Compactor only.
 */
final class ColdStream {

    private static final int BATCH_BYTES = 1 << 20;

    private final StreamWriter writer;
    private final SegmentSupply supply;
    private final int log;
    private final Set<Segment> touched = new LinkedHashSet<>();
    private BatchBuilder builder = new BatchBuilder();
    private BatchSize pending = new BatchSize();
    private boolean open;

    ColdStream(StreamWriter writer, SegmentSupply supply, int log) {
        this.writer = writer;
        this.supply = supply;
        this.log = log;
    }

    /** Segments opened, sealed or cut since the last call. */
    List<Segment> takeTouched() {
        List<Segment> taken = List.copyOf(touched);
        touched.clear();
        return taken;
    }

    /** Bytes that the active segment still takes, about. */
    long room() {
        Segment active = writer.segment();
        return active == null ? 0 : Math.max(0, writer.remainingBytes());
    }

    /**
     * Appends a record; it is on disk after {@link #flush}.
     *
     * @return its location
     */
    long append(RecordHeader header, ByteBuffer payload) throws SpoolException {
        return append(header, payload, Purpose.COPIES);
    }

    private long append(RecordHeader header, ByteBuffer payload, Purpose purpose) throws SpoolException {
        int headerBytes = header.encodedBytes();
        int payloadBytes = payload.remaining();
        if (open && (pending.bytes() >= BATCH_BYTES || !writer.fits(pending.with(headerBytes, payloadBytes)))) {
            flush();
        }
        if (!open) {
            begin(new BatchSize().add(headerBytes, payloadBytes), purpose);
        }
        pending.add(headerBytes, payloadBytes);
        int offset = builder.add(header, payload);
        Segment active = java.util.Objects.requireNonNull(writer.segment());
        return Location.of(active.slot(), offset, header.recordBytes());
    }

    private void begin(BatchSize least, Purpose purpose) throws SpoolException {
        if (!writer.fits(least)) {
            roll(StreamWriter.segmentBytesFor(least), purpose);
        }
        builder = writer.begin();
        pending = new BatchSize();
        open = true;
    }

    private void roll(long neededBytes, Purpose purpose) throws SpoolException {
        Segment fresh = supply.take(neededBytes, purpose);
        long previousLife;
        try {
            previousLife = seal();
        } catch (SpoolException e) {
            supply.giveBack(fresh);
            throw e;
        }
        supply.open(writer, fresh, Stream.COLD, false, previousLife);
        touched.add(java.util.Objects.requireNonNull(writer.segment()));
    }

    /** Writes and syncs what was appended. */
    void flush() throws SpoolException {
        if (!open) {
            return;
        }
        open = false;
        Segment active = java.util.Objects.requireNonNull(writer.segment());
        try {
            writer.write(true);
        } catch (SpoolException e) {
            touched.add(active);
            throw e;
        }
    }

    /** Writes what was appended, and proves it: by an empty batch behind it, or by a footer where none fits any more. */
    void prove() throws SpoolException {
        flush();
        Segment active = writer.segment();
        if (active == null) {
            return;
        }
        touched.add(active); // so that the catalogue tells how far it is durable
        BatchSize empty = new BatchSize();
        if (writer.fits(empty)) {
            begin(empty, Purpose.KILLERS);
            flush();
        } else {
            seal();
        }
    }

    /** Appends killers that segments carried, in two batches; {@code victimLife} is the life of one of those. */
    void appendTwice(List<KillList> killers, long victimLife) throws SpoolException {
        append(killers, victimLife);
        flush();
        append(killers, victimLife);
    }

    private void append(List<KillList> killers, long victimLife) throws SpoolException {
        for (KillList list : killers) {
            ByteBuffer payload = list.encode();
            RecordHeader header = CatalogueRecords.header(FileRecord.KILLS, log, payload, Extensions.NONE);
            append(header.bornAt(victimLife), payload, Purpose.KILLERS);
        }
    }

    /** Cuts the active segment behind its last synced batch. */
    void abandon() {
        open = false;
        Segment active = writer.segment();
        if (active != null) {
            touched.add(active);
            writer.abandon("compaction failed");
        }
    }

    /** Ends the active segment, if there is one; its life, 0 if there was none. */
    long seal() throws SpoolException {
        Segment active = writer.segment();
        if (active == null) {
            return 0;
        }
        touched.add(active);
        writer.seal(null);
        return active.life();
    }
}
