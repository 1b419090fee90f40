package dev.spool.file;

/**
 * An index whose ids share one stripe, and there one table, so that a change of one moves the others. The table takes six ids before
 * it grows, and there is no room beside it: each id stands in the way of each.
 */
abstract class IndexState {

    /** Places that differ in both halves, so that half of one is no place. */
    static final long OLD = 0x1111_1111_1111_1111L;

    static final long NEW = 0x2222_2222_2222_2222L;
    static final long COPY = 0x3333_3333_3333_3333L;
    static final long NONE = Location.NONE;

    /** How many ids a table takes before it grows. */
    static final int SMALL_TABLE = 6;

    private static final IdHash HASH = new IdHash(17, 4);
    private static final long[] IDS = idsThatCollide(SMALL_TABLE + 2);

    final LocationIndex index = new LocationIndex(HASH);

    /** The first ids that want the same place in the smallest table of the first stripe. */
    private static long[] idsThatCollide(int count) {
        LocationIndex index = new LocationIndex(HASH);
        long[] found = new long[count];
        int number = 0;
        for (long low = 1; number < count; low++) {
            boolean wantsTheSecondEighth = (HASH.of(0, low) & 0xffff_ffffL) >>> 29 == 1;
            if (wantsTheSecondEighth && index.stripeOf(0, low) == 0) {
                found[number++] = low;
            }
        }
        return found;
    }

    /** Puts so many ids there, the first of them first, each at its OLD place. */
    final void fill(int ids) {
        for (int number = 0; number < ids; number++) {
            put(number, OLD + number);
        }
    }

    final long get(int number) {
        return index.get(0, IDS[number]);
    }

    final long put(int number, long location) {
        return index.put(0, IDS[number], location);
    }

    final long remove(int number) {
        return index.remove(0, IDS[number]);
    }

    /** Compaction: the copy instead of the original. */
    final boolean swap(int number, long original, long copy) {
        return index.replace(0, IDS[number], original, copy);
    }

    /** The place of an id as of one moment, among the others. */
    static long placeIn(long[] snapshot, int number) {
        for (int at = 0; at < snapshot.length; at += 3) {
            if (snapshot[at + 1] == IDS[number]) {
                return snapshot[at + 2];
            }
        }
        return NONE;
    }
}
