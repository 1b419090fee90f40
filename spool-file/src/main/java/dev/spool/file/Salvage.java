package dev.spool.file;

import dev.spool.engine.record.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the descriptors left in a damaged region of batches. Each entry of a directory has a checksum of its own and a directory
 * begins on a block, so that directories can be found without their batch's header; and a record can be found by walking from the
 * one before it. What either way finds counts: the two stand in different blocks.
 */
final class Salvage {

    private final ByteBuffer bytes;
    private final int from;
    private final int to;
    private final TreeMap<Integer, RecordHeader> byOffset = new TreeMap<>();
    private boolean directoryFound;

    Salvage(ByteBuffer bytes, int from, int to) {
        this.bytes = bytes;
        this.from = from;
        this.to = to;
        for (int block = from + Blocks.BYTES; block < to; block += Blocks.BYTES) {
            readDirectory(block);
        }
        for (int block = from; block < to; block += Blocks.BYTES) {
            BatchHeader batch = BatchHeader.decode(bytes, block);
            if (block == from || batch != null) {
                walkRecords(block + BatchHeader.BYTES);
            }
        }
        for (int offset : byOffset.keySet().toArray(new Integer[0])) {
            RecordHeader known = byOffset.get(offset);
            if (known != null) {
                walkRecords(offset + Blocks.align8(known.recordBytes()));
            }
        }
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

    /** Whether a whole directory was found, so that nothing can be missing. */
    boolean seamless() {
        return directoryFound;
    }

    private void readDirectory(int at) {
        ByteBuffer in = bytes.duplicate().limit(to).position(at);
        Descriptor entry = Descriptor.decode(in);
        boolean first = true;
        while (entry != null && entry.offset() >= from && entry.offset() < at) {
            if (first && byOffset.isEmpty() && entry.offset() == from + BatchHeader.BYTES) {
                directoryFound = true;
            }
            first = false;
            byOffset.put(entry.offset(), entry.header());
            entry = Descriptor.decode(in);
        }
        if (!first && entry == null && in.remaining() >= Descriptor.MIN_BYTES && in.getLong(in.position()) != 0) {
            directoryFound = false;
        }
    }

    private void walkRecords(int start) {
        int at = start;
        while (at < to && !byOffset.containsKey(at)) {
            @Nullable
            RecordHeader record =
                    RecordHeader.decode(bytes.duplicate().limit(to).position(at));
            if (record == null || record.partBytes() < 0 || record.envelopeBytes() < 0) {
                return;
            }
            byOffset.put(at, record);
            at += Blocks.align8(record.recordBytes());
        }
    }
}
