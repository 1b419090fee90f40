package dev.spool;

import java.util.Iterator;

/**
 * A running enumeration. Used by one thread at a time; must be closed. Damage is returned as {@link SpoolEntry.Corrupt} and
 * does not end the scan.
 */
public interface SpoolScan extends Iterator<SpoolEntry>, AutoCloseable {

    /**
     * How the scan went so far; final once {@link #hasNext()} has returned false.
     */
    ScanReport report();

    /** Ends the scan; idempotent. A scan closed before its end reports itself as not complete. */
    @Override
    void close();
}
