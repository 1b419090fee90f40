package dev.spool.handoff;

/** Told at every place where a process might be interrupted for good; a test makes that happen. */
@FunctionalInterface
interface Points {

    /** Nothing happens. */
    Points NONE = point -> {};

    void reached(String point);
}
