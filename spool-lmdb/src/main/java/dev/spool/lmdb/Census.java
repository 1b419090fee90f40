package dev.spool.lmdb;

import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.engine.spi.Head;

/**
 * What the catalogue holds, held against what the head says of it: a branch that was lost without a trace is missed here.
 *
 * @param messages entries found
 * @param bytes body and envelope bytes of those that could be decoded
 * @param undecodable entries that could not
 */
record Census(long messages, long bytes, long undecodable) {

    static final Census NONE = new Census(0, 0, 0);

    /** Counts everything in one state of the log: a walk over the catalogue, without the messages. */
    static Census of(Transaction transaction) throws SpoolException {
        Census census = NONE;
        try (TreeCursor cursor = transaction.walk(Tree.CATALOGUE)) {
            for (boolean found = cursor.seek(new byte[0]); found; found = cursor.next()) {
                census = census.with(cursor.key(), cursor.value());
            }
        }
        return census;
    }

    Census with(byte[] key, byte[] catalogued) {
        CatalogueEntry entry = null;
        if (key.length == Keys.ID_BYTES) {
            SpoolId id = Keys.id(key);
            entry = CatalogueEntry.decode(id, catalogued);
        }
        return entry == null
                ? new Census(messages + 1, bytes, undecodable + 1)
                : new Census(messages + 1, bytes + entry.bytes(), undecodable);
    }

    /** Why this is not what the head says; empty if it is. */
    String differenceFrom(Head head) {
        boolean countsEqual = messages == head.liveCount();
        boolean bytesEqual = undecodable > 0 || bytes == head.liveBytes();
        return countsEqual && bytesEqual
                ? ""
                : "the head says that there are " + head.liveCount() + " messages of " + head.liveBytes()
                        + " bytes, the catalogue has " + messages + " of " + bytes
                        + ": a part of it is lost; run spool-fsck";
    }
}
