package dev.spool.rocksdb;

import dev.spool.SpoolId;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * How often messages have changed, by stripes of ids: what was read of a message is still so if its stripe has not changed since
 * before it was read. Any thread.
 */
final class ChangeStamps {

    private static final int STRIPES = 1 << 14;

    private final AtomicIntegerArray changes = new AtomicIntegerArray(STRIPES);

    int of(SpoolId id) {
        return changes.get(stripe(id));
    }

    void changed(SpoolId id) {
        changes.incrementAndGet(stripe(id));
    }

    void everythingChanged() {
        for (int i = 0; i < STRIPES; i++) {
            changes.incrementAndGet(i);
        }
    }

    private static int stripe(SpoolId id) {
        long mixed = (id.high() ^ id.low()) * 0x9e3779b97f4a7c15L;
        return (int) (mixed >>> 50);
    }
}
