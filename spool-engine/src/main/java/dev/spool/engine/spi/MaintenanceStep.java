package dev.spool.engine.spi;

import dev.spool.SpoolException;

/** A piece of long-running work as a step function. */
public interface MaintenanceStep {

    /** A word for the thread's name. */
    String name();

    /**
     * Does one bounded piece of work.
     *
     * @return nanoseconds until it is due again; 0 if there is more to do now; {@link Long#MAX_VALUE} if only when woken by
     *     {@link BackendContext#wakeMaintenance()}
     */
    long step() throws SpoolException;
}
