package dev.spool.handoff.protocol;

import dev.spool.Drainable.SealReport;
import org.jspecify.annotations.Nullable;

/** What a successor does. What takes long runs beside the events, and its end is an event. */
public sealed interface SuccessorAction {

    /** Sends a frame to the supervisor. */
    record Send(Frame frame) implements SuccessorAction {}

    /**
     * Takes the lock, computes what is there, holds it against what is expected, and tries a write beside the spool's data.
     *
     * @param expected null if the incumbent died unsealed
     */
    record Verify(@Nullable SealReport expected) implements SuccessorAction {}

    /** Raises the epoch, durably, and opens the spool. */
    record TakeOver() implements SuccessorAction {}

    /** Gives the lock back; nothing was changed. */
    record LetGo() implements SuccessorAction {}

    /** From here on it is the incumbent: it serves, connected or not. */
    record Become(boolean connected) implements SuccessorAction {}

    /** Exits without having owned the spool. */
    record Leave(String why) implements SuccessorAction {}
}
