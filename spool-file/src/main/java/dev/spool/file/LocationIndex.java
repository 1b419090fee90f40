package dev.spool.file;

import dev.spool.SpoolId;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.StampedLock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Where the newest record of each id of one log is: 128 bits of id to a location, which is any long but 0.
 *
 * <p>About 34 bytes an id, at whatever size: the ids are spread over stripes that grow by a quarter, each at another moment.
 * Memory follows the number of ids down as well as up.
 *
 * <p><b>Threading.</b> Everything may be called by any thread. Lookups take no lock unless their stripe is being changed.
 */
final class LocationIndex {

    private static final int STRIPE_BITS = 8;
    private static final int STRIPES = 1 << STRIPE_BITS;
    private static final long EXPECTED_MIN = 100_000;

    /** Heap of a stripe's own object and of its lock. */
    private static final int STRIPE_BYTES = 24 + 48;

    /** Heap of this object, of its hash's keys and of the array of stripes. */
    private static final int INDEX_BYTES = 24 + 32 + 32 + STRIPES * 4;

    private final IdHash hash;
    private final AtomicReferenceArray<@Nullable Stripe> stripes = new AtomicReferenceArray<>(STRIPES);

    LocationIndex() {
        this(IdHash.random());
    }

    LocationIndex(IdHash hash) {
        this.hash = hash;
    }

    /** Makes room for about that many ids at once, if they are many, in an index that is still empty. */
    void expect(long ids) {
        if (ids < EXPECTED_MIN) {
            return; // chance spreads few ids too unevenly over the stripes, and growing costs them no time
        }
        double each = ids / (double) STRIPES;
        int mostInOne = (int) Math.min(1 << 26, each + Math.sqrt(each)); // they are spread at random
        IntStream.range(0, STRIPES).parallel().forEach(i -> stripe(i).expect(mostInOne)); // so much memory to clear
    }

    /** The location of the id, or 0 if there is none. */
    long get(SpoolId id) {
        return get(id.high(), id.low());
    }

    long get(long high, long low) {
        long idHash = hash.of(high, low);
        Stripe stripe = stripes.get(stripeOf(idHash));
        return stripe == null ? 0 : stripe.get(idHash, high, low);
    }

    /** Sets the location of the id; returns the previous one, or 0. */
    long put(SpoolId id, long location) {
        return put(id.high(), id.low(), location);
    }

    long put(long high, long low, long location) {
        requireLocation(location);
        long idHash = hash.of(high, low);
        return stripe(stripeOf(idHash)).put(idHash, high, low, location);
    }

    /**
     * Sets the locations of many ids of one stripe.
     *
     * @param entries high, low and location of each; the location is replaced by the previous one, or 0
     * @param end behind the last entry
     */
    void putAll(int stripe, long[] entries, int end) {
        stripe(stripe).putAll(hash, entries, end);
    }

    /** Removes the id; returns the location it had, or 0. */
    long remove(SpoolId id) {
        return remove(id.high(), id.low());
    }

    long remove(long high, long low) {
        long idHash = hash.of(high, low);
        Stripe stripe = stripes.get(stripeOf(idHash));
        return stripe == null ? 0 : stripe.remove(idHash, high, low);
    }

    /** Sets the location of the id if it is {@code expected} at present, and says whether it was. */
    boolean replace(SpoolId id, long expected, long location) {
        return replace(id.high(), id.low(), expected, location);
    }

    boolean replace(long high, long low, long expected, long location) {
        requireLocation(expected);
        requireLocation(location);
        long idHash = hash.of(high, low);
        Stripe stripe = stripes.get(stripeOf(idHash));
        return stripe != null && stripe.replace(idHash, high, low, expected, location);
    }

    /** Number of ids; beside changes, one between the smallest and the largest it was meanwhile. */
    long size() {
        long size = 0;
        for (int i = 0; i < STRIPES; i++) {
            Stripe stripe = stripes.get(i);
            size += stripe == null ? 0 : stripe.size();
        }
        return size;
    }

    /** Heap in use, with one more table of the largest size: while a stripe is resized it has two. */
    long heapBytes() {
        long bytes = INDEX_BYTES;
        long largest = 0;
        for (int i = 0; i < STRIPES; i++) {
            Stripe stripe = stripes.get(i);
            if (stripe != null) {
                long slotBytes = stripe.slotBytes();
                largest = Math.max(largest, slotBytes);
                bytes += STRIPE_BYTES + LocationTable.OVERHEAD_BYTES + slotBytes;
            }
        }
        return bytes + largest;
    }

    /** Number of stripes; an id never moves from one to another. */
    int stripes() {
        return STRIPES;
    }

    /** High, low and location of every id in a stripe, all as of one moment. */
    long[] snapshot(int stripe) {
        Stripe present = stripes.get(stripe);
        return present == null ? new long[0] : present.entries();
    }

    /** The stripe that an id belongs to. */
    int stripeOf(long high, long low) {
        return stripeOf(hash.of(high, low));
    }

    /** The upper bits; a table uses the lower half. */
    private static int stripeOf(long idHash) {
        return (int) (idHash >>> (Long.SIZE - STRIPE_BITS));
    }

    /** The stripe, made when its first id comes, so that an empty index is small. */
    private Stripe stripe(int number) {
        Stripe present = stripes.get(number);
        if (present != null) {
            return present;
        }
        Stripe fresh = new Stripe(new LocationTable(hash, (double) number / STRIPES));
        Stripe other = stripes.compareAndExchange(number, null, fresh);
        return other != null ? other : fresh;
    }

    private static void requireLocation(long location) {
        if (location == 0) {
            throw new IllegalArgumentException("0 is not a location: it says that there is none");
        }
    }

    /** A table and its lock. */
    private static final class Stripe {

        private final StampedLock lock = new StampedLock();
        private final LocationTable table;

        Stripe(LocationTable table) {
            this.table = table;
        }

        void expect(int ids) {
            long stamp = lock.writeLock();
            try {
                table.expect(ids);
            } finally {
                lock.unlockWrite(stamp);
            }
        }

        long get(long idHash, long high, long low) {
            long stamp = lock.tryOptimisticRead();
            if (stamp != 0) {
                long location = table.find(idHash, high, low);
                if (lock.validate(stamp)) {
                    return location;
                }
            }
            stamp = lock.readLock();
            try {
                return table.find(idHash, high, low);
            } finally {
                lock.unlockRead(stamp);
            }
        }

        long put(long idHash, long high, long low, long location) {
            long stamp = lock.writeLock();
            try {
                return table.put(idHash, high, low, location);
            } finally {
                lock.unlockWrite(stamp);
            }
        }

        void putAll(IdHash hash, long[] entries, int end) {
            long stamp = lock.writeLock();
            try {
                for (int at = 0; at < end; at += 3) {
                    long idHash = hash.of(entries[at], entries[at + 1]);
                    entries[at + 2] = table.put(idHash, entries[at], entries[at + 1], entries[at + 2]);
                }
            } finally {
                lock.unlockWrite(stamp);
            }
        }

        long remove(long idHash, long high, long low) {
            long stamp = lock.writeLock();
            try {
                return table.remove(idHash, high, low);
            } finally {
                lock.unlockWrite(stamp);
            }
        }

        boolean replace(long idHash, long high, long low, long expected, long location) {
            long stamp = lock.writeLock();
            try {
                boolean same = table.find(idHash, high, low) == expected;
                if (same) {
                    table.put(idHash, high, low, location);
                }
                return same;
            } finally {
                lock.unlockWrite(stamp);
            }
        }

        int size() {
            long stamp = lock.readLock();
            try {
                return table.size();
            } finally {
                lock.unlockRead(stamp);
            }
        }

        long slotBytes() {
            long stamp = lock.readLock();
            try {
                return table.slotBytes();
            } finally {
                lock.unlockRead(stamp);
            }
        }

        long[] entries() {
            long stamp = lock.readLock();
            try {
                return table.entries();
            } finally {
                lock.unlockRead(stamp);
            }
        }
    }
}
