package dev.spool.handoff;

import dev.spool.handoff.protocol.Frame;
import dev.spool.handoff.transport.Connection;
import java.util.UUID;

/** What a supervisor's loop waits for. */
sealed interface SupervisorInput {

    /** Somebody connected and said who he is. */
    record Called(Connection connection, Frame.Hello hello) implements SupervisorInput {}

    /** Somebody refused a handoff instead of saying who he is, and left. */
    record Declined(Frame.Refused frame) implements SupervisorInput {}

    /** A frame came, heartbeats excepted. */
    record Heard(Connection connection, Frame frame) implements SupervisorInput {}

    /** A connection is over. */
    record Ended(Connection connection, String why) implements SupervisorInput {}

    /** A process has ended. */
    record Exited(ProcessId process) implements SupervisorInput {}

    /** A member whose connection ended has had time to exit, and has not. */
    record StillThere(SupervisorMember member) implements SupervisorInput {}

    /** It is time to start a server from scratch. */
    record StartDue() implements SupervisorInput {}

    /** A successor could not even be started. */
    record StartFailed(UUID handoff) implements SupervisorInput {}

    /** The supervisor is to stop. */
    record Stop() implements SupervisorInput {}
}
