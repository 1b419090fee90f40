package dev.spool.lmdb;

import dev.spool.SpoolException;
import java.util.ArrayList;
import java.util.List;

/** The parts of bodies that were never finished: each such body is marked from its first part to its last. */
final class Orphans {

    private Orphans() {}

    /** Deletes the parts of all bodies that are marked, after a crash, when nobody will finish them. */
    static void deleteAll(Transaction transaction) throws SpoolException {
        List<byte[]> marks = new ArrayList<>();
        try (TreeCursor cursor = transaction.walk(Tree.STATE)) {
            for (boolean found = cursor.seek(Keys.firstUnfinished());
                    found && Keys.beginsWith(cursor.key(), Keys.firstUnfinished());
                    found = cursor.next()) {
                if (Keys.isUnfinished(cursor.key())) {
                    marks.add(cursor.key());
                }
            }
        }
        for (byte[] mark : marks) {
            delete(transaction, mark);
        }
    }

    /** Deletes the parts of one body, and its mark. */
    static void delete(Transaction transaction, byte[] mark) throws SpoolException {
        byte[] prefix = Keys.partsOf(mark);
        List<byte[]> parts = new ArrayList<>();
        try (TreeCursor cursor = transaction.walk(Tree.RECORDS)) {
            for (boolean found = cursor.seek(prefix);
                    found && Keys.beginsWith(cursor.key(), prefix);
                    found = cursor.next()) {
                parts.add(cursor.key());
            }
        }
        for (byte[] part : parts) {
            transaction.delete(Tree.RECORDS, part);
        }
        transaction.delete(Tree.STATE, mark);
    }
}
