package dev.spool.rocksdb;

import dev.spool.engine.spi.LogScan.Damage;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/**
 * Goes through the keys of one kind in pages, each read by an iterator of its own, so that nothing is held between them. A range
 * that cannot be read is told and passed over.
 */
final class KeyScan {

    private static final int PAGE_ENTRIES = 256;
    private static final long PAGE_BYTES = 1 << 20;

    /** Longer than any key. */
    private static final int KEY_BYTES = 32;

    private final byte kind;
    private byte @Nullable [] next;

    /** @param first the key to begin at; its first byte is the kind */
    KeyScan(byte[] first) {
        kind = first[0];
        next = first;
    }

    /** Some entries, in order, and what follows them. */
    static final class Page {
        private final List<Entry> entries;
        private final @Nullable Damage damage;
        private final byte @Nullable [] next;

        private Page(List<Entry> entries, @Nullable Damage damage, byte @Nullable [] next) {
            this.entries = entries;
            this.damage = damage;
            this.next = next;
        }

        List<Entry> entries() {
            return entries;
        }

        /** Stands for a range behind the entries that cannot be read; null if there is none. */
        @Nullable
        Damage damage() {
            return damage;
        }
    }

    /** A key and its value. */
    static final class Entry {
        private final byte[] key;
        private final byte[] value;

        private Entry(byte[] key, byte[] value) {
            this.key = key;
            this.value = value;
        }

        byte[] key() {
            return key;
        }

        byte[] value() {
            return value;
        }
    }

    /** Whether all pages have been taken. */
    boolean isAtEnd() {
        return next == null;
    }

    /** Goes on behind a page. */
    void take(Page page) {
        next = page.next;
    }

    /** The next page, as often as asked until it is taken; empty at the end. */
    Page page(Database database) {
        List<Entry> entries = new ArrayList<>();
        byte[] from = next;
        if (from == null) {
            return new Page(entries, null, null);
        }
        try (RocksIterator iterator = database.iterator()) {
            long bytes = 0;
            iterator.seek(from);
            while (isInside(iterator) && entries.size() < PAGE_ENTRIES && bytes < PAGE_BYTES) {
                Entry entry = new Entry(iterator.key(), iterator.value());
                RocksDBException unreadable = failure(iterator);
                if (unreadable != null) {
                    return passOver(database, entries, entry.key(), unreadable);
                }
                entries.add(entry);
                bytes += entry.value().length;
                from = Keys.after(entry.key());
                iterator.next();
            }
            RocksDBException failure = failure(iterator);
            if (failure != null) {
                return passOver(database, entries, from, failure);
            }
            return new Page(entries, null, isInside(iterator) ? from : null);
        }
    }

    /** Looks for the first key behind {@code from} that can be read. */
    private Page passOver(Database database, List<Entry> entries, byte[] from, RocksDBException why) {
        Damage damage = new Damage(Failures.where(database.directory(), why), Failures.text(why));
        return new Page(entries, damage, readableBehind(database, from));
    }

    /**
     * Unreadable blocks are ranges of keys, so the end of the one at {@code from} is found by halving, on keys of one length. Null
     * if nothing behind it can be read.
     */
    private byte @Nullable [] readableBehind(Database database, byte[] from) {
        byte[] low = Arrays.copyOf(from, KEY_BYTES);
        byte[] high = new byte[KEY_BYTES];
        Arrays.fill(high, (byte) 0xff);
        high[0] = kind;
        if (!isReadable(database, high)) {
            return null;
        }
        while (true) {
            byte[] middle = middle(low, high);
            if (Arrays.equals(middle, low)) {
                return high;
            }
            if (isReadable(database, middle)) {
                high = middle;
            } else {
                low = middle;
            }
        }
    }

    private static boolean isReadable(Database database, byte[] key) {
        try (RocksIterator iterator = database.iterator()) {
            iterator.seek(key);
            if (iterator.isValid()) {
                iterator.value();
            }
            return failure(iterator) == null;
        }
    }

    private static byte[] middle(byte[] low, byte[] high) {
        BigInteger sum = new BigInteger(1, low).add(new BigInteger(1, high));
        byte[] half = sum.shiftRight(1).toByteArray();
        byte[] middle = new byte[KEY_BYTES];
        int bytes = Math.min(half.length, KEY_BYTES);
        System.arraycopy(half, half.length - bytes, middle, KEY_BYTES - bytes, bytes);
        return middle;
    }

    private boolean isInside(RocksIterator iterator) {
        return iterator.isValid() && iterator.key()[0] == kind;
    }

    private static @Nullable RocksDBException failure(RocksIterator iterator) {
        try {
            iterator.status();
            return null;
        } catch (RocksDBException e) {
            return e;
        }
    }
}
