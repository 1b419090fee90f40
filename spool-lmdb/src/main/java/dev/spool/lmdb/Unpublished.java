package dev.spool.lmdb;

import dev.spool.SpoolId;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the catalogue held of the messages of a batch before it, while the batch is in the file and not published: readers go on
 * to see that, and if the batch fails after all it is put back. The records themselves are there until the next batch.
 */
final class Unpublished {

    private final Map<SpoolId, byte @Nullable []> before = new HashMap<>();
    private volatile long transaction;

    /** @param number of the transaction that the batch is in */
    void in(long number) {
        transaction = number;
    }

    /** The transaction that the batch is in. */
    long transaction() {
        return transaction;
    }

    /** Whether a snapshot shows the batch; an older one is right as it is. */
    boolean isSeenBy(Transaction snapshot) {
        return snapshot.number() >= transaction;
    }

    void add(SpoolId id, byte @Nullable [] catalogued) {
        before.put(id, catalogued);
    }

    boolean covers(SpoolId id) {
        return before.containsKey(id);
    }

    byte @Nullable [] before(SpoolId id) {
        return before.get(id);
    }
}
