package dev.spool.file;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The records that killers name, while a log is loaded: by life, offsets in the order in which they stand. Two kinds are kept
 * apart. A record that an operation killed takes copies of it, that were never put in its place, with it; one that is dead
 * because it was copied does not.
 */
final class KilledRecords {

    private static final Offsets NONE = new Offsets();

    private final Map<Long, Offsets> byOperation = new HashMap<>();
    private final Map<Long, Offsets> byCopy = new HashMap<>();
    private long count;

    void add(long life, int offset, boolean copied) {
        count++;
        (copied ? byCopy : byOperation)
                .computeIfAbsent(life, any -> new Offsets())
                .add(offset);
    }

    /** How many records have been named, those that are not there any more or named twice included. */
    long count() {
        return count;
    }

    /** All have been added; from here on many threads may ask. */
    void complete() {
        byOperation.values().forEach(Offsets::sort);
        byCopy.values().forEach(Offsets::sort);
    }

    /** The records of a life that are dead, for whatever reason. */
    Offsets ofLife(long life) {
        Offsets operations = byOperation.get(life);
        Offsets copies = byCopy.get(life);
        if (operations == null || copies == null) {
            return operations != null ? operations : copies != null ? copies : NONE;
        }
        return operations.with(copies);
    }

    boolean byOperation(long life, int offset) {
        Offsets offsets = byOperation.get(life);
        return offsets != null && offsets.contains(offset);
    }

    /** Places of records in one life. */
    static final class Offsets {
        private int[] values = new int[16];
        private int count;
        private boolean sorted = true;

        void add(int offset) {
            if (count == values.length) {
                values = Arrays.copyOf(values, count + (count >> 1));
            }
            values[count++] = offset;
            sorted = false;
        }

        Offsets with(Offsets others) {
            Offsets both = new Offsets();
            both.values = Arrays.copyOf(values, count + others.count);
            System.arraycopy(others.values, 0, both.values, count, others.count);
            both.count = count + others.count;
            both.sorted = false;
            return both;
        }

        void sort() {
            if (!sorted) {
                Arrays.sort(values, 0, count);
                sorted = true;
            }
        }

        boolean contains(int offset) {
            sort();
            return Arrays.binarySearch(values, 0, count, offset) >= 0;
        }
    }
}
