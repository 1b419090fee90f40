package dev.spool.testkit.model;

import dev.spool.Spool;
import dev.spool.SpoolException;
import java.util.concurrent.CompletableFuture;

/** How a run opens, waits for, checks and kills the spool that it takes through its operations. */
interface Subject {

    /** Opens the spool, for the first time or again. */
    Spool open() throws SpoolException;

    /** Runs the backend's check on the spool, which nobody has open; fails on damage. */
    void check() throws SpoolException;

    /** Waits for an operation of the open spool. */
    <T> T await(CompletableFuture<T> future);

    /** Lets a little of what goes on in the background happen. */
    void pass();

    /**
     * Ends the process of the open spool without closing it. Nothing is in flight when it is called.
     *
     * @return false if this subject cannot; the spool is untouched then
     */
    boolean kill(Spool spool) throws SpoolException;
}
