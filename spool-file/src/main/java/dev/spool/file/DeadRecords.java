package dev.spool.file;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The records that the killers of some segments name, as {@link KilledRecords} tells them apart, and how often each is named: so
 * that it can be told what is dead once some of those segments are gone and others have come. Immutable.
 */
final class DeadRecords {

    /** No killers. */
    static final DeadRecords NONE = new DeadRecords(Map.of(), Map.of());

    private static final int[] NO_OFFSETS = {};

    /** By life, in order, as often as named. */
    private final Map<Long, int[]> byOperation;

    private final Map<Long, int[]> byCopy;

    private DeadRecords(Map<Long, int[]> byOperation, Map<Long, int[]> byCopy) {
        this.byOperation = byOperation;
        this.byCopy = byCopy;
    }

    /** The records of one life. */
    Of ofLife(long life) {
        return new Of(byOperation.getOrDefault(life, NO_OFFSETS), byCopy.getOrDefault(life, NO_OFFSETS));
    }

    /** Dead records of one life. */
    static final class Of {
        private final int[] byOperation;
        private final int[] byCopy;

        private Of(int[] byOperation, int[] byCopy) {
            this.byOperation = byOperation;
            this.byCopy = byCopy;
        }

        boolean contains(int offset) {
            return byOperation(offset) || Arrays.binarySearch(byCopy, offset) >= 0;
        }

        boolean byOperation(int offset) {
            return Arrays.binarySearch(byOperation, offset) >= 0;
        }
    }

    /**
     * What comes of killers that go and others that come.
     *
     * @param dead afterwards
     * @param offsets by life, in order, of the records that may be dead now and were not, or the other way round
     * @param livesByOperation of which an operation may have made other records dead
     */
    record Change(DeadRecords dead, Map<Long, int[]> offsets, Set<Long> livesByOperation) {}

    Change changed(Collection<Killers> gone, Collection<Killers> come) {
        Differences operations = new Differences();
        Differences copies = new Differences();
        gone.forEach(killers -> killers.forEach((life, offset, copied) -> (copied ? copies : operations)
                .gone
                .computeIfAbsent(life, any -> new Offsets())
                .add(offset)));
        come.forEach(killers -> killers.forEach((life, offset, copied) -> (copied ? copies : operations)
                .come
                .computeIfAbsent(life, any -> new Offsets())
                .add(offset)));
        Map<Long, int[]> offsets = new HashMap<>();
        operations.addTo(offsets);
        copies.addTo(offsets);
        return new Change(
                new DeadRecords(operations.appliedTo(byOperation), copies.appliedTo(byCopy)),
                offsets,
                operations.lives());
    }

    /** What is named less often, and what more often. */
    private static final class Differences {
        private final Map<Long, Offsets> gone = new HashMap<>();
        private final Map<Long, Offsets> come = new HashMap<>();

        Set<Long> lives() {
            Set<Long> lives = new HashSet<>(gone.keySet());
            lives.addAll(come.keySet());
            return lives;
        }

        void addTo(Map<Long, int[]> offsets) {
            gone.forEach((life, some) -> offsets.merge(life, some.sorted(), Differences::merged));
            come.forEach((life, some) -> offsets.merge(life, some.sorted(), Differences::merged));
        }

        Map<Long, int[]> appliedTo(Map<Long, int[]> before) {
            Map<Long, int[]> after = new HashMap<>(before);
            for (long life : lives()) {
                int[] left = without(before.getOrDefault(life, NO_OFFSETS), sorted(gone.get(life)));
                int[] all = merged(left, sorted(come.get(life)));
                if (all.length == 0) {
                    after.remove(life);
                } else {
                    after.put(life, all);
                }
            }
            return after;
        }

        private static int[] sorted(@Nullable Offsets offsets) {
            return offsets == null ? NO_OFFSETS : offsets.sorted();
        }

        private static int[] without(int[] from, int[] what) {
            if (what.length == 0) {
                return from;
            }
            int[] left = new int[from.length];
            int kept = 0;
            int next = 0;
            for (int offset : from) {
                if (next < what.length && what[next] == offset) {
                    next++;
                } else {
                    left[kept++] = offset;
                }
            }
            return Arrays.copyOf(left, kept);
        }

        private static int[] merged(int[] one, int[] other) {
            if (one.length == 0 || other.length == 0) {
                return one.length == 0 ? other : one;
            }
            int[] all = Arrays.copyOf(one, one.length + other.length);
            System.arraycopy(other, 0, all, one.length, other.length);
            Arrays.sort(all);
            return all;
        }
    }

    private static final class Offsets {
        private int[] values = new int[16];
        private int count;

        void add(int offset) {
            if (count == values.length) {
                values = Arrays.copyOf(values, count * 2);
            }
            values[count++] = offset;
        }

        int[] sorted() {
            int[] all = Arrays.copyOf(values, count);
            Arrays.sort(all);
            return all;
        }
    }
}
