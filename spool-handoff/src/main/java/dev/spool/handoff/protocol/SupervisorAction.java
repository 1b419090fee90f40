package dev.spool.handoff.protocol;

import java.util.UUID;

/** What a supervisor does. */
public sealed interface SupervisorAction {

    /** Starts a server that opens the spool by itself. */
    record StartServer() implements SupervisorAction {}

    /** Starts a successor for this handoff. */
    record StartSuccessor(UUID handoff) implements SupervisorAction {}

    /** Tells the incumbent to drain; the shell knows times and pids. */
    record Prepare(UUID handoff) implements SupervisorAction {}

    /** Sends a frame to the incumbent. */
    record ToIncumbent(Frame frame) implements SupervisorAction {}

    /** Sends a frame to the successor. */
    record ToSuccessor(Frame frame) implements SupervisorAction {}

    /** Ends the incumbent's process, whatever it does; its end is an event. */
    record KillIncumbent() implements SupervisorAction {}

    /** Ends the successor's process, whatever it does; its end is an event. */
    record KillSuccessor() implements SupervisorAction {}

    /** From here on the successor is the incumbent. */
    record Promote() implements SupervisorAction {}

    /** Makes the phase durable before anything that follows. */
    record Journal(SupervisorMachine.Phase phase, UUID handoff) implements SupervisorAction {}

    /** Makes durable that no handoff is under way. */
    record ClearJournal() implements SupervisorAction {}

    /** Tells the requester how it is getting on. */
    record Progress(String text) implements SupervisorAction {}

    /** Tells the requester how it ended. */
    record Finish(boolean committed, String text) implements SupervisorAction {}

    /** Refuses the request that has just come. */
    record Deny(String text) implements SupervisorAction {}
}
