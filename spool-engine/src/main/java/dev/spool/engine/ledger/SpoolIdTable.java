package dev.spool.engine.ledger;

import dev.spool.SpoolId;

/**
 * Numbers ids from 0 in the order in which they are first seen, in about 25 bytes an id. Used by one thread.
 */
public final class SpoolIdTable {

    /** Returned for an id that is not in the table. */
    public static final int ABSENT = -1;

    private static final int SLOTS_MIN = 1 << 10;

    private final PackedRecords ids = new PackedRecords(2);
    /** Open addressing; a slot holds the number of an id plus one, so that 0 is a free slot. */
    private int[] slots = new int[SLOTS_MIN];

    /** How many ids there are. */
    public int count() {
        return ids.count();
    }

    /** The id of that number. */
    public SpoolId id(int number) {
        return new SpoolId(ids.get(number, 0), ids.get(number, 1));
    }

    /** The number of the id, or {@link #ABSENT}. */
    public int find(SpoolId id) {
        return slots[slot(id)] - 1;
    }

    /** The number of the id, which is added if it is not there. */
    public int findOrAdd(SpoolId id) {
        int slot = slot(id);
        if (slots[slot] != 0) {
            return slots[slot] - 1;
        }
        int number = ids.add();
        ids.set(number, 0, id.high());
        ids.set(number, 1, id.low());
        slots[slot] = number + 1;
        if (ids.count() > slots.length / 4 * 3) {
            grow();
        }
        return number;
    }

    /** The slot where the id stands, or the free one where it would. */
    private int slot(SpoolId id) {
        return slot(id.high(), id.low());
    }

    private int slot(long high, long low) {
        long mixed = (high * 0x9E3779B97F4A7C15L ^ low) * 0xBF58476D1CE4E5B9L;
        int slot = (int) (mixed ^ (mixed >>> 32)) & (slots.length - 1);
        while (slots[slot] != 0 && !holds(slots[slot] - 1, high, low)) {
            slot = (slot + 1) & (slots.length - 1);
        }
        return slot;
    }

    private boolean holds(int number, long high, long low) {
        return ids.get(number, 1) == low && ids.get(number, 0) == high;
    }

    private void grow() {
        slots = new int[Math.multiplyExact(slots.length, 2)];
        for (int number = 0; number < ids.count(); number++) {
            slots[slot(ids.get(number, 0), ids.get(number, 1))] = number + 1;
        }
    }
}
