package dev.spool.lmdb;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import java.util.Arrays;
import org.lmdbjava.Cursor;
import org.lmdbjava.GetOp;
import org.lmdbjava.LmdbException;

/** A place in a tree within a transaction. Keys only ever increase: a damaged tree that leads in circles is noticed. */
final class TreeCursor implements AutoCloseable {

    private final Transaction transaction;
    private final Tree tree;
    private final Cursor<byte[]> cursor;

    TreeCursor(Transaction transaction, Tree tree, Cursor<byte[]> cursor) {
        this.transaction = transaction;
        this.tree = tree;
        this.cursor = cursor;
    }

    /** Goes to the first key that is not less than {@code key}; false if there is none. */
    boolean seek(byte[] key) throws SpoolException {
        boolean found;
        try {
            // An empty key is none to LMDB.
            found = key.length == 0 ? cursor.first() : cursor.get(key, GetOp.MDB_SET_RANGE);
        } catch (LmdbException e) {
            throw Faults.of(transaction.at(tree, key), "searching", e);
        }
        if (found && Arrays.compareUnsigned(key, cursor.key()) > 0) {
            // A page that stands in the place of another: who went on from there would come by again and again.
            throw new SpoolCorruptException(null, transaction.at(tree, key), "a search for it led to a smaller key");
        }
        return found;
    }

    /** Goes to the next key; false if there is none. */
    boolean next() throws SpoolException {
        byte[] from = cursor.key();
        try {
            if (!cursor.next()) {
                return false;
            }
        } catch (LmdbException e) {
            throw Faults.of(transaction.at(tree, from), "reading what follows it", e);
        }
        if (Arrays.compareUnsigned(from, cursor.key()) >= 0) {
            throw new SpoolCorruptException(null, transaction.at(tree, from), "the key that follows is not greater");
        }
        return true;
    }

    byte[] key() {
        return cursor.key();
    }

    byte[] value() {
        return cursor.val();
    }

    @Override
    public void close() {
        cursor.close();
    }
}
