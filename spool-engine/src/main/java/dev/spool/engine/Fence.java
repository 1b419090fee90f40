package dev.spool.engine;

import dev.spool.SpoolException;

/** Tells whether this process still owns its directory. Asked after each sync and before anything is acknowledged. */
@FunctionalInterface
interface Fence {

    /**
     * Whether the ownership epoch on disk is still ours. Costs a read of a few bytes; any committing thread.
     *
     * @throws SpoolException if that cannot be told; nothing is acknowledged then
     */
    boolean stillMine() throws SpoolException;
}
