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
    private static final int PROBE_BYTES = Keys.BYTES_MAX + 3;

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
     * Unreadable blocks are ranges of keys. The end of the one at {@code from} is found in steps that grow, so as not to pass over
     * what can be read before the next one, and then by halving. Null if nothing behind it can be read.
     */
    private byte @Nullable [] readableBehind(Database database, byte[] from) {
        BigInteger end =
                BigInteger.valueOf(kind + 1).shiftLeft(8 * (PROBE_BYTES - 1)).subtract(BigInteger.ONE);
        BigInteger unreadable = new BigInteger(1, Arrays.copyOf(from, PROBE_BYTES));
        BigInteger step = BigInteger.ONE;
        BigInteger readable = unreadable.add(step).min(end);
        while (!isReadable(database, readable)) {
            if (readable.equals(end)) {
                return null;
            }
            unreadable = readable;
            step = step.shiftLeft(1);
            readable = readable.add(step).min(end);
        }
        while (readable.subtract(unreadable).bitLength() > 1) {
            BigInteger middle = readable.add(unreadable).shiftRight(1);
            if (isReadable(database, middle)) {
                readable = middle;
            } else {
                unreadable = middle;
            }
        }
        return probe(readable);
    }

    private static boolean isReadable(Database database, BigInteger key) {
        try (RocksIterator iterator = database.iterator()) {
            iterator.seek(probe(key));
            if (iterator.isValid()) {
                iterator.value();
            }
            return failure(iterator) == null;
        }
    }

    private static byte[] probe(BigInteger key) {
        byte[] bytes = key.toByteArray();
        byte[] probe = new byte[PROBE_BYTES];
        int length = Math.min(bytes.length, PROBE_BYTES);
        System.arraycopy(bytes, bytes.length - length, probe, PROBE_BYTES - length, length);
        return probe;
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
