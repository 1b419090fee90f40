package dev.spool.file;

import dev.spool.SpoolException;

/**
 * Fills an index with millions of ids. They are collected by stripe and put there some at a time, in a loop so short that the
 * processor waits for many places of memory at once, and not for one after the other.
 *
 * <p>Used by one thread. Others may fill the same index with fillings of their own.
 */
final class IndexFilling {

    private static final int COLLECTED = 64;
    private static final int ENTRY_LONGS = 3;

    private final LocationIndex index;
    private final Rivals rivals;
    private final long[][] collected;
    private final int[] used;

    /** Is told of each record that another one under the same id has displaced in the index. */
    interface Rivals {

        void displaced(long high, long low, long location) throws SpoolException;
    }

    IndexFilling(LocationIndex index, Rivals rivals) {
        this.index = index;
        this.rivals = rivals;
        this.collected = new long[index.stripes()][0];
        this.used = new int[index.stripes()];
    }

    void add(long high, long low, long location) throws SpoolException {
        int stripe = index.stripeOf(high, low);
        long[] entries = collected[stripe];
        if (entries.length == 0) {
            entries = new long[COLLECTED * ENTRY_LONGS];
            collected[stripe] = entries;
        }
        int at = used[stripe];
        entries[at] = high;
        entries[at + 1] = low;
        entries[at + 2] = location;
        used[stripe] = at + ENTRY_LONGS;
        if (at + ENTRY_LONGS == entries.length) {
            put(stripe, entries);
        }
    }

    /** Puts what is still collected. */
    void finish() throws SpoolException {
        for (int stripe = 0; stripe < used.length; stripe++) {
            put(stripe, collected[stripe]);
        }
    }

    private void put(int stripe, long[] entries) throws SpoolException {
        int end = used[stripe];
        if (end == 0) {
            return;
        }
        used[stripe] = 0;
        index.putAll(stripe, entries, end);
        for (int at = 0; at < end; at += ENTRY_LONGS) {
            if (entries[at + 2] != Location.NONE) {
                rivals.displaced(entries[at], entries[at + 1], entries[at + 2]);
            }
        }
    }
}
