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

    private final Map<Long, Offsets> byOperation = new HashMap<>();
    private final Map<Long, Offsets> byCopy = new HashMap<>();

    void add(long life, int offset, boolean copied) {
        (copied ? byCopy : byOperation)
                .computeIfAbsent(life, any -> new Offsets())
                .add(offset);
    }

    boolean killed(long life, int offset) {
        return byOperation(life, offset) || contains(byCopy, life, offset);
    }

    boolean byOperation(long life, int offset) {
        return contains(byOperation, life, offset);
    }

    private static boolean contains(Map<Long, Offsets> kind, long life, int offset) {
        Offsets offsets = kind.get(life);
        return offsets != null && offsets.contains(offset);
    }

    private static final class Offsets {
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

        boolean contains(int offset) {
            if (!sorted) {
                Arrays.sort(values, 0, count);
                sorted = true;
            }
            return Arrays.binarySearch(values, 0, count, offset) >= 0;
        }
    }
}
