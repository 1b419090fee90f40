package dev.spool.testkit.model;

import java.util.List;

/**
 * One step of a run. Ids are slots, numbers from a small range that a run turns into ids, so that operations meet each other;
 * contents follow from a seed, so that a failing run prints short.
 */
public sealed interface Operation {

    /** A change of one message. Those of {@link Together} are submitted without waiting in between. */
    sealed interface Change extends Operation {
        int slot();
    }

    /** Stores or replaces. */
    record Store(int slot, int bodyBytes, int envelopeBytes, int seed) implements Change {}

    /** Replaces the envelope. */
    record Update(int slot, int envelopeBytes, int seed) implements Change {}

    /** Removes. */
    record Remove(int slot) implements Change {}

    /** Submits changes one after the other and waits for all of them afterwards. */
    record Together(List<Change> changes) implements Operation {}

    /**
     * Submits changes, begins something large beside them, and cuts the power at one of the next operations of the disk; then
     * opens again, cutting the power during each of the first opens too. Only on a simulated machine.
     */
    record CutShort(List<Change> changes, Simple beside, int diskOperations, List<Integer> cutsOfRecovery)
            implements Operation {}

    /** Removes with one acknowledgement. */
    record RemoveAll(List<Integer> slots) implements Operation {}

    /** Loads a message, and its envelope alone. */
    record Load(int slot) implements Operation {}

    /** Scans and compares every item. */
    record Enumerate(boolean presentAtOpenOnly, boolean idsOnly) implements Operation {}

    /** What needs nothing to be said. */
    enum Simple implements Operation {
        COMPACT,
        /** Compacts beside what comes after. */
        BEGIN_COMPACTION,
        CLEANUP,
        ADVISE_LOW_MEMORY,
        DRAIN,
        SEAL,
        RESUME,
        /** Closes, checks and opens again. */
        REOPEN,
        /** Abandons without closing where the backend offers it, else as {@link #REOPEN}; then checks and opens again. */
        KILL
    }
}
