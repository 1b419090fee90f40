package dev.spool.lmdb;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.engine.record.RecordHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Copies a log to another file, key by key, in short transactions, and verifies every record on the way: damage ends it, so that
 * nothing is taken away before somebody has looked. What changes meanwhile is copied again, message by message.
 */
final class LogCopy {

    private static final int STEP_BYTES = 1 << 20;

    private final LogFile source;
    private final NewFile target;

    LogCopy(LogFile source, NewFile target) {
        this.source = source;
        this.target = target;
    }

    /** A key with its value. */
    private static final class Pair {
        private final byte[] key;
        private final byte[] value;

        Pair(byte[] key, byte[] value) {
            this.key = key;
            this.value = value;
        }
    }

    /** Copies all messages, as they are when each one's turn comes. */
    void everything() throws SpoolException {
        everything(Tree.CATALOGUE);
        everything(Tree.RECORDS);
    }

    private void everything(Tree tree) throws SpoolException {
        byte[] position = new byte[0];
        while (true) {
            byte[] from = position;
            List<Pair> pairs = source.read(transaction -> read(transaction, tree, from, new byte[0]));
            if (pairs.isEmpty()) {
                return;
            }
            target.write(transaction -> {
                for (Pair pair : pairs) {
                    if (tree != Tree.STATE || !LogState.isKey(pair.key)) {
                        transaction.append(tree, pair.key, pair.value);
                    }
                }
            });
            position = Keys.after(pairs.get(pairs.size() - 1).key);
        }
    }

    /** Copies these messages anew: what is there of them now, and no more. */
    void again(Collection<SpoolId> ids) throws SpoolException {
        for (SpoolId id : ids) {
            again(Tree.CATALOGUE, id);
            again(Tree.RECORDS, id);
        }
    }

    private void again(Tree tree, SpoolId id) throws SpoolException {
        byte[] prefix = Keys.catalogue(id);
        target.write(transaction -> {
            List<byte[]> old = new ArrayList<>();
            try (TreeCursor cursor = transaction.walk(tree)) {
                for (boolean found = cursor.seek(prefix);
                        found && Keys.beginsWith(cursor.key(), prefix);
                        found = cursor.next()) {
                    old.add(cursor.key());
                }
            }
            for (byte[] key : old) {
                transaction.delete(tree, key);
            }
        });
        byte[] position = prefix;
        while (true) {
            byte[] from = position;
            List<Pair> pairs = source.read(transaction -> read(transaction, tree, from, prefix));
            if (pairs.isEmpty()) {
                return;
            }
            target.write(transaction -> {
                for (Pair pair : pairs) {
                    transaction.put(tree, pair.key, pair.value);
                }
            });
            position = Keys.after(pairs.get(pairs.size() - 1).key);
        }
    }

    /**
     * Copies what is kept of the log as a whole; nothing may be committed any more. The head comes with the number of the one
     * transaction that it is written in, because the root page of the transaction before counts as well when the file is opened.
     */
    void state(int log) throws SpoolException {
        everything(Tree.STATE);
        LogState state = source.find(transaction -> LogState.read(transaction, log));
        if (state != null) {
            target.write(state::write);
        }
    }

    /** Fails unless the copy holds what its head says, and as many records as the original. */
    void requireWhole(int log) throws SpoolException {
        long records = source.read(transaction -> transaction.entries(Tree.RECORDS));
        target.write(transaction -> {
            LogState state = LogState.read(transaction, log);
            String difference = state == null
                    ? "the head of the log is lost"
                    : Census.of(transaction).differenceFrom(state.head());
            long copied = transaction.entries(Tree.RECORDS);
            if (difference.isEmpty() && copied != records) {
                difference = "there should be " + records + " records, and " + copied + " were found";
            }
            if (!difference.isEmpty()) {
                throw new SpoolCorruptException(null, source.file().toString(), difference);
            }
        });
    }

    private static List<Pair> read(Transaction transaction, Tree tree, byte[] from, byte[] prefix)
            throws SpoolException {
        List<Pair> pairs = new ArrayList<>();
        long bytes = 0;
        try (TreeCursor cursor = transaction.walk(tree)) {
            for (boolean found = cursor.seek(from);
                    found && Keys.beginsWith(cursor.key(), prefix) && bytes < STEP_BYTES;
                    found = cursor.next()) {
                verify(transaction, tree, cursor.key(), cursor.value());
                pairs.add(new Pair(cursor.key(), cursor.value()));
                bytes += cursor.value().length;
            }
        }
        return pairs;
    }

    private static void verify(Transaction transaction, Tree tree, byte[] key, byte[] value)
            throws SpoolCorruptException {
        if (tree == Tree.STATE) {
            return;
        }
        SpoolId id = key.length < Keys.ID_BYTES ? null : Keys.id(key);
        boolean whole = id != null
                && (tree == Tree.CATALOGUE ? CatalogueEntry.decode(id, value) != null : isWhole(id, key, value));
        if (!whole) {
            throw new SpoolCorruptException(id, transaction.at(tree, key), "it fails its checksum");
        }
    }

    /** Whether a record is what its header says. */
    static boolean isWhole(SpoolId id, byte[] key, byte[] value) {
        RecordHeader header = RecordHeader.decode(ByteBuffer.wrap(value));
        if (header == null || !header.id().equals(id)) {
            return false;
        }
        int crc = Keys.isEnvelope(key) ? header.extensions().envelopeCrc() : header.partCrc();
        int bytes = Keys.isEnvelope(key) ? header.envelopeBytes() : header.partBytes();
        int start = header.encodedBytes();
        return value.length - start == bytes && RecordHeader.crc(ByteBuffer.wrap(value), start, value.length) == crc;
    }
}
