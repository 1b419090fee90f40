package dev.spool.file;

import dev.spool.engine.record.RecordHeader;

/** What a batch will take, before it is laid out. */
final class BatchSize {

    private long records;
    private long directory;

    /** Adds a record with a header of that many bytes at the most. */
    BatchSize add(int headerBytes, long payloadBytes) {
        records += (headerBytes + payloadBytes + 7) & -8;
        directory += Descriptor.MIN_BYTES - RecordHeader.BYTES + headerBytes;
        return this;
    }

    /** The size with one more record. */
    BatchSize with(int headerBytes, long payloadBytes) {
        BatchSize with = new BatchSize();
        with.records = records;
        with.directory = directory;
        return with.add(headerBytes, payloadBytes);
    }

    /** Bytes of the batch; a sum that is no int is cut to the largest one, which fits nowhere. */
    int bytes() {
        long bytes = roundUp(BatchHeader.BYTES + records) + roundUp(directory);
        return (int) Math.min(bytes, Integer.MAX_VALUE);
    }

    /** Bytes that its directory adds to the footer. */
    int directoryBytes() {
        return (int) Math.min(directory, Integer.MAX_VALUE);
    }

    private static long roundUp(long bytes) {
        return (bytes + Blocks.BYTES - 1) & -Blocks.BYTES;
    }
}
