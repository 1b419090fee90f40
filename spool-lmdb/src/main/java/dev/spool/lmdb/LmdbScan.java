package dev.spool.lmdb;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.engine.spi.LogScan;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A scan in the order of ids: a page of entries in each of many short transactions, because a long one keeps pages from being
 * used again. At its end it holds what it found against the head.
 */
final class LmdbScan implements LogScan {

    private static final int PAGE_ENTRIES = 256;
    private static final int PAGE_BYTES = 1 << 20;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final LogReads reads;
    private final int log;
    private final Deque<Entry> page = new ArrayDeque<>();
    private byte[] position = new byte[0];
    private Census found = Census.NONE;
    private boolean ended;
    private boolean damaged;
    private String incomplete = "";

    /** @param lost that the file is one of an earlier time, null if it is not */
    LmdbScan(LogReads reads, int log, @Nullable Damage lost) {
        this.reads = reads;
        this.log = log;
        if (lost != null) {
            incomplete = lost.why();
            page.add(new Entry(null, null, NOTHING, lost));
        }
    }

    @Override
    public @Nullable Entry next(boolean withEnvelope) throws SpoolException {
        while (page.isEmpty() && !ended) {
            try {
                ended = !fill(withEnvelope);
            } catch (SpoolCorruptException e) {
                page.add(damage(null, e));
                goOnPast(e);
            }
            if (ended && !damaged) {
                compareWithHead();
            }
        }
        return page.poll();
    }

    @Override
    public String incompleteBecause() {
        return incomplete;
    }

    @Override
    public void close() {
        page.clear();
        ended = true;
    }

    /** Reads entries from the position on, which moves behind each; false at the end of the catalogue. */
    private boolean fill(boolean withEnvelope) throws SpoolException {
        return reads.read(transaction -> {
            Unpublished hidden = reads.hiddenIn(transaction);
            int bytes = 0;
            try (TreeCursor cursor = transaction.walk(Tree.CATALOGUE)) {
                boolean more = cursor.seek(position);
                while (more && page.size() < PAGE_ENTRIES && bytes < PAGE_BYTES) {
                    byte[] key = cursor.key();
                    boolean whole = add(transaction, key, cursor.value(), hidden, withEnvelope);
                    Entry last = page.peekLast();
                    bytes += last == null ? 0 : last.envelope().remaining();
                    position = Keys.after(key);
                    if (!whole) {
                        return true; // a transaction that has met a damaged page reads nothing any more
                    }
                    more = cursor.next();
                }
                return more;
            }
        });
    }

    /** @return false if it is damaged */
    private boolean add(
            Transaction transaction, byte[] key, byte[] value, @Nullable Unpublished hidden, boolean withEnvelope)
            throws SpoolException {
        if (key.length != Keys.ID_BYTES) {
            found = found.with(key, value);
            page.add(damage(
                    null,
                    new SpoolCorruptException(
                            null,
                            transaction.at(Tree.CATALOGUE, key),
                            "expected a key of 16 bytes, found " + key.length)));
            return false;
        }
        SpoolId id = Keys.id(key);
        byte[] catalogued = hidden != null && hidden.covers(id) ? hidden.before(id) : value;
        if (catalogued == null) {
            return true;
        }
        found = found.with(key, catalogued);
        try {
            CatalogueEntry entry = MessageReader.entry(transaction, id, catalogued);
            ByteBuffer envelope = withEnvelope ? MessageReader.envelope(transaction, entry) : NOTHING;
            page.add(new Entry(id, entry.header().info(), envelope, null));
            return true;
        } catch (SpoolCorruptException e) {
            page.add(damage(id, e));
            return false;
        }
    }

    private static Entry damage(@Nullable SpoolId id, SpoolCorruptException e) {
        return new Entry(id, null, NOTHING, new Damage(e.where(), e.why()));
    }

    /** Looks for the next place that can be read: a damaged page hides the keys of a range. */
    private void goOnPast(SpoolCorruptException damage) throws SpoolException {
        damaged = true;
        incomplete = "messages around " + damage.where() + " cannot be read: " + damage.why();
        byte[] from = Arrays.copyOf(position, Keys.ID_BYTES);
        for (int i = Keys.ID_BYTES - 1; i >= 0; i--) {
            if (++from[i] == 0) {
                continue; // carries into the byte before
            }
            byte[] candidate = Arrays.copyOf(Arrays.copyOf(from, i + 1), Keys.ID_BYTES);
            if (canRead(candidate)) {
                position = candidate;
                return;
            }
            from[i] = 0;
        }
        ended = true;
    }

    private boolean canRead(byte[] key) throws SpoolException {
        try {
            return reads.read(transaction -> {
                try (TreeCursor cursor = transaction.walk(Tree.CATALOGUE)) {
                    return cursor.seek(key);
                }
            });
        } catch (SpoolCorruptException e) {
            return false;
        }
    }

    private void compareWithHead() throws SpoolException {
        String difference = reads.read(transaction -> {
            LogState state = LogState.read(transaction, log);
            if (state == null || found.differenceFrom(state.head()).isEmpty()) {
                return "";
            }
            return Census.of(transaction).differenceFrom(state.head()); // there were changes since the scan began
        });
        if (!difference.isEmpty()) {
            incomplete = difference;
            page.add(new Entry(null, null, NOTHING, new Damage(reads.file().file() + " catalogue", difference)));
        }
    }
}
