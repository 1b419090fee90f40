package dev.spool.engine.ledger;

import java.util.Arrays;

/**
 * Records of a fixed number of longs, numbered from 0. They stand in blocks rather than in one array, so that growing copies
 * nothing and never needs twice the memory.
 */
final class PackedRecords {

    private static final int BLOCK_SHIFT = 14;
    private static final int BLOCK_RECORDS = 1 << BLOCK_SHIFT;

    private final int longsPerRecord;
    private long[][] blocks = new long[16][];
    private int count;

    PackedRecords(int longsPerRecord) {
        this.longsPerRecord = longsPerRecord;
    }

    int count() {
        return count;
    }

    /** Adds a record of zeros and returns its number. */
    int add() {
        int block = count >>> BLOCK_SHIFT;
        if (block == blocks.length) {
            blocks = Arrays.copyOf(blocks, block * 2);
        }
        if ((count & (BLOCK_RECORDS - 1)) == 0) {
            blocks[block] = new long[BLOCK_RECORDS * longsPerRecord];
        }
        return count++;
    }

    long get(int record, int field) {
        return blocks[record >>> BLOCK_SHIFT][(record & (BLOCK_RECORDS - 1)) * longsPerRecord + field];
    }

    void set(int record, int field, long value) {
        blocks[record >>> BLOCK_SHIFT][(record & (BLOCK_RECORDS - 1)) * longsPerRecord + field] = value;
    }
}
