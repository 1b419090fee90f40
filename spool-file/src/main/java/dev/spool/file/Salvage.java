package dev.spool.file;

import dev.spool.engine.record.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the descriptors left in a damaged region of batches. Each entry of a directory has a checksum of its own and a directory
 * begins on a block, so that directories can be found without their batch's header; and a record can be found by walking from the
 * one before it. What either way finds counts: the two stand in different blocks.
 *
 * <p>A body may hold anything, also what looks like a directory. So directories are looked for from the end of the region to its
 * beginning, and not within records that are known already: a batch's own directory stands behind its records.
 *
 * <p>A record does not say where it belongs. So no record is taken from behind a batch header that stands where it was not written,
 * or was written in an earlier life: in that place nothing names it as dead, whatever has become of it. Only where it is the header
 * of this very batch that stands elsewhere, the records behind it are read there, for the places they were written to.
 */
final class Salvage {

    /** For a block that stands neither in its place nor in another. */
    static final int NOWHERE = -1;

    private final ByteBuffer bytes;
    private final int from;
    private final int to;
    private final int firstInPlace;
    private final TreeMap<Integer, RecordHeader> byOffset = new TreeMap<>();
    private boolean directoryFound;
    private final boolean seamless;

    /**
     * @param batch the header of the one batch that the region holds; null if that is damaged
     * @param begins where the region's first block stands: {@code from}, or elsewhere; {@link #NOWHERE} if it is gone
     */
    Salvage(ByteBuffer bytes, int from, int to, @Nullable BatchHeader batch, int begins) {
        this.bytes = bytes;
        this.from = from;
        this.to = to;
        this.firstInPlace = begins == from ? from : from + Blocks.BYTES;
        if (batch != null) {
            readDirectory(from + batch.directoryOffset());
        } else {
            for (int block = to - Blocks.BYTES; block > from; block -= Blocks.BYTES) {
                if (!withinKnown(block)) {
                    readDirectory(block);
                }
            }
        }
        if (begins == from) {
            walkRecords(from + BatchHeader.BYTES);
        } else if (begins != NOWHERE) {
            walkRecords(from + BatchHeader.BYTES, firstInPlace, begins - from);
        }
        for (int offset : byOffset.keySet().toArray(new Integer[0])) {
            RecordHeader known = byOffset.get(offset);
            if (known != null && offset + Blocks.align8(known.recordBytes()) >= firstInPlace) {
                walkRecords(offset + Blocks.align8(known.recordBytes()));
            }
        }
        boolean empty = to - from == Blocks.BYTES; // a batch with records takes two blocks
        seamless = batch != null ? byOffset.size() == batch.records() : directoryFound || empty;
    }

    /** The descriptors found, in the order of their records. */
    ByteBuffer descriptors() {
        int size = byOffset.values().stream()
                .mapToInt(header -> 8 + header.encodedBytes())
                .sum();
        ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        byOffset.forEach((offset, header) -> {
            out.putInt(offset).putInt(0);
            header.encode(out);
        });
        return out.flip();
    }

    /** Whether nothing can be missing: as many were found as the batch has, or its whole directory. */
    boolean seamless() {
        return seamless;
    }

    private boolean withinKnown(int position) {
        Map.Entry<Integer, RecordHeader> before = byOffset.floorEntry(position);
        return before != null && before.getKey() + before.getValue().recordBytes() > position;
    }

    private void readDirectory(int at) {
        ByteBuffer in = bytes.duplicate().limit(to).position(at).order(ByteOrder.LITTLE_ENDIAN);
        boolean first = true;
        int expected = -1;
        for (Descriptor entry = Descriptor.decode(in); entry != null; entry = Descriptor.decode(in)) {
            boolean begins = first && entry.offset() == from + BatchHeader.BYTES;
            boolean fits = entry.offset() >= from && entry.offset() + (long) entry.paddedRecordBytes() <= at;
            // The offset has no checksum of its own here: it must follow from the one before, or lead to the record.
            if (!fits || !(begins || entry.offset() == expected || leadsToRecord(entry))) {
                directoryFound = false;
                return;
            }
            directoryFound |= begins;
            first = false;
            byOffset.put(entry.offset(), entry.header());
            expected = entry.offset() + entry.paddedRecordBytes();
        }
        if (!first && in.remaining() >= Descriptor.MIN_BYTES && in.getLong(in.position()) != 0) {
            directoryFound = false;
        }
    }

    private boolean leadsToRecord(Descriptor entry) {
        RecordHeader found = RecordHeader.decode(bytes.duplicate().limit(to).position(entry.offset()));
        return entry.header().equals(found);
    }

    private void walkRecords(int start) {
        walkRecords(start, to, 0);
    }

    /** Takes the records that begin from {@code start} up to {@code stop}, and stand so many bytes behind. */
    private void walkRecords(int start, int stop, int moved) {
        int at = start;
        while (at < stop && !byOffset.containsKey(at)) {
            @Nullable
            RecordHeader record =
                    RecordHeader.decode(bytes.duplicate().limit(stop + moved).position(at + moved));
            if (record == null
                    || record.partBytes() < 0
                    || record.envelopeBytes() < 0
                    || at + (long) record.recordBytes() > to) {
                return;
            }
            byOffset.put(at, record);
            at += Blocks.align8(record.recordBytes());
        }
    }
}
