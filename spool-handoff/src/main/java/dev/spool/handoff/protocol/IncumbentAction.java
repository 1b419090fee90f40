package dev.spool.handoff.protocol;

/** What an incumbent does. What takes long runs beside the events, and its end is an event. */
public sealed interface IncumbentAction {

    /** Sends a frame to the supervisor. */
    record Send(Frame frame) implements IncumbentAction {}

    /** Drains within {@code graceMillis}. */
    record Drain(long graceMillis) implements IncumbentAction {}

    /** Seals, and releases the lock. */
    record Seal() implements IncumbentAction {}

    /** Resumes: called exactly once on each path from a drain that does not end in a commit. */
    record Resume() implements IncumbentAction {}

    /** Waits for the end of the successor's process, for a raised epoch, or for the deadline. */
    record WatchSuccessor() implements IncumbentAction {}

    /** Ends the successor's process, whatever it does. */
    record KillSuccessor() implements IncumbentAction {}

    /** Closes the connection to a supervisor that broke the protocol; {@link IncumbentEvent.SupervisorGone} follows. */
    record Refuse(String why) implements IncumbentAction {}

    /** Connects to the supervisor, or to the one that comes after it, as often as it takes. */
    record Reconnect() implements IncumbentAction {}

    /**
     * Leaves: finishes what needs no spool, and exits.
     *
     * @param committed whether a successor was told to have taken over; if not, the spool may have no owner now
     */
    record Leave(boolean committed, String why) implements IncumbentAction {}
}
