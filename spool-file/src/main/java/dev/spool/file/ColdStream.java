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
    private int pendingBytes;
    private int budgetBytes;
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
        int bytes = header.encodedBytes() + payload.remaining() + 2 * BatchBuilder.maxDirectoryBytes(1);
        if (open && pendingBytes + bytes > budgetBytes) {
            flush();
        }
        if (!open) {
            begin(bytes);
        }
        int offset = builder.add(header, payload);
        pendingBytes += bytes;
        Segment active = java.util.Objects.requireNonNull(writer.segment());
        return Location.of(active.slot(), offset, header.recordBytes());
    }

    private void begin(int firstBytes) throws SpoolException {
        budgetBytes = Math.max(firstBytes, Math.min(BATCH_BYTES, supply.segmentBytes() / 8));
        int batch = budgetBytes + 2 * Blocks.BYTES;
        int directory = budgetBytes / 2;
        if (!writer.fits(batch, directory)) {
            long previousLife = seal();
            supply.open(writer, Stream.COLD, StreamWriter.segmentBytesFor(batch, directory), false, previousLife);
            touched.add(java.util.Objects.requireNonNull(writer.segment()));
        }
        builder = writer.begin();
        pendingBytes = 0;
        open = true;
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

    /** Writes a batch behind everything appended, which proves it; {@code again} are killers whose second copy it carries. */
    void prove(List<KillList> again, long victimLife) throws SpoolException {
        flush();
        Segment active = writer.segment();
        if (active != null) {
            touched.add(active); // so that the catalogue tells how far it is durable
        }
        if (again.isEmpty()) {
            if (writer.segment() != null) {
                begin(0);
                flush();
            }
            return;
        }
        appendKills(again, victimLife);
        flush();
    }

    void appendKills(List<KillList> lists, long victimLife) throws SpoolException {
        for (KillList list : lists) {
            ByteBuffer payload = list.encode();
            RecordHeader header = CatalogueRecords.header(FileRecord.KILLS, log, payload, Extensions.NONE);
            append(header.bornAt(victimLife), payload);
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
