package dev.spool.file;

/**
 * One open-addressed table of ids and their locations, three longs a slot. Not thread-safe, but {@link #find} may run beside
 * a change: it then ends in bounded time with a value that means nothing, which the caller must know to discard.
 *
 * <p>Linear probing, and deletion by moving later slots back, so that a table has no tombstones and never degrades.
 * The home of an id grows with its hash whatever the capacity, so a resize walks both tables in order.
 */
final class LocationTable {

    private static final int SLOT_LONGS = 3;
    private static final int HIGH = 0;
    private static final int LOW = 1;
    private static final int LOCATION = 2;

    /** Heap of this object and of its array's header. */
    static final int OVERHEAD_BYTES = 56;

    // 30 to 37.5 bytes an entry while growing, and never more than 45 while shrinking; probes stay short.
    private static final double LOAD_MAX = 0.80;
    private static final double LOAD_MIN = 0.54;
    private static final double GROWTH = 1.25;
    private static final int CAPACITY_MIN = 8;

    /** One slot, for ever free: saves every reader a test for "no table". */
    private static final long[] EMPTY = new long[SLOT_LONGS];

    private final IdHash hash;
    private final double phase;
    private long[] slots = EMPTY;
    private int size;
    private int step = -1;
    private int sizeMin;
    private int sizeMax;

    /**
     * @param phase from 0 to 1: where between two steps of growth the capacities of this table lie. Tables of one index have
     *     different phases, so that they resize one after the other and their sum is smooth
     */
    LocationTable(IdHash hash, double phase) {
        this.hash = hash;
        this.phase = phase;
    }

    int size() {
        return size;
    }

    long slotBytes() {
        return slots == EMPTY ? 0 : (long) slots.length * Long.BYTES;
    }

    /** Grows an empty table to where it takes so many ids. */
    void expect(int ids) {
        int enough = 0;
        while (capacity(enough) * LOAD_MAX < ids) {
            enough++;
        }
        resize(enough);
    }

    /** The location of the id, or 0. */
    long find(long idHash, long high, long low) {
        long[] table = slots;
        int end = table.length;
        int at = home(idHash, end);
        // Counted, since beside a change there may seem to be no free slot.
        for (int left = end; left > 0; left -= SLOT_LONGS) {
            long location = table[at + LOCATION];
            if (location == 0) {
                return 0;
            }
            if (table[at + HIGH] == high && table[at + LOW] == low) {
                return location;
            }
            at = next(at, end);
        }
        return 0;
    }

    /** Maps the id to a location other than 0, and returns the previous one or 0. */
    long put(long idHash, long high, long low, long location) {
        int at = slotOf(idHash, high, low);
        long previous = slots[at + LOCATION];
        if (previous == 0) {
            if (size >= sizeMax) {
                resize(step + 1);
                at = slotOf(idHash, high, low);
            }
            slots[at + HIGH] = high;
            slots[at + LOW] = low;
            size++;
        }
        slots[at + LOCATION] = location;
        return previous;
    }

    /** Removes the id, and returns its location or 0. */
    long remove(long idHash, long high, long low) {
        int at = slotOf(idHash, high, low);
        long previous = slots[at + LOCATION];
        if (previous != 0) {
            free(at);
            size--;
            if (size < sizeMin) {
                resize(step - 1);
            } else if (size == 0) {
                resize(-1);
            }
        }
        return previous;
    }

    /** All entries: high, low and location of each. */
    long[] entries() {
        long[] all = new long[size * SLOT_LONGS];
        int filled = 0;
        for (int at = 0; at < slots.length; at += SLOT_LONGS) {
            if (slots[at + LOCATION] != 0) {
                System.arraycopy(slots, at, all, filled, SLOT_LONGS);
                filled += SLOT_LONGS;
            }
        }
        assert filled == all.length : "counted " + size + " entries, found " + filled / SLOT_LONGS;
        return all;
    }

    /** Where the id is, or the free slot where it would go. */
    private int slotOf(long idHash, long high, long low) {
        long[] table = slots;
        int at = home(idHash, table.length);
        while (table[at + LOCATION] != 0 && (table[at + HIGH] != high || table[at + LOW] != low)) {
            at = next(at, table.length);
        }
        return at;
    }

    /** Frees a slot and moves back what was pushed beyond it, so that no probe meets a gap before its id. */
    private void free(int freed) {
        long[] table = slots;
        int gap = freed;
        for (int at = next(gap, table.length); table[at + LOCATION] != 0; at = next(at, table.length)) {
            int home = home(hash.of(table[at + HIGH], table[at + LOW]), table.length);
            boolean homeAfterGap = gap <= at ? gap < home && home <= at : gap < home || home <= at;
            if (!homeAfterGap) {
                move(table, at, table, gap);
                gap = at;
            }
        }
        table[gap + LOCATION] = 0;
    }

    private void resize(int newStep) {
        step = newStep;
        if (newStep < 0) {
            slots = EMPTY;
            sizeMin = 0;
            sizeMax = 0;
            return;
        }
        int capacity = capacity(newStep);
        sizeMax = (int) (capacity * LOAD_MAX);
        // The smallest table stays until its last entry goes.
        sizeMin = newStep == 0 ? 0 : (int) (capacity * LOAD_MIN);
        long[] grown = new long[Math.multiplyExact(capacity, SLOT_LONGS)];
        for (int at = 0; at < slots.length; at += SLOT_LONGS) {
            if (slots[at + LOCATION] != 0) {
                int to = home(hash.of(slots[at + HIGH], slots[at + LOW]), grown.length);
                while (grown[to + LOCATION] != 0) {
                    to = next(to, grown.length);
                }
                move(slots, at, grown, to);
            }
        }
        slots = grown;
    }

    private int capacity(int atStep) {
        return (int) (CAPACITY_MIN * Math.pow(GROWTH, atStep + phase));
    }

    /** By hand: three longs are too few for the call that copies ranges. */
    private static void move(long[] from, int at, long[] table, int to) {
        table[to + HIGH] = from[at + HIGH];
        table[to + LOW] = from[at + LOW];
        table[to + LOCATION] = from[at + LOCATION];
    }

    /** The lower half of the hash, scaled to the table: any capacity will do, not only powers of two. */
    private static int home(long idHash, int end) {
        return (int) (((idHash & 0xffff_ffffL) * (end / SLOT_LONGS)) >>> 32) * SLOT_LONGS;
    }

    private static int next(int at, int end) {
        int following = at + SLOT_LONGS;
        return following == end ? 0 : following;
    }
}
