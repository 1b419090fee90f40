package dev.spool.handoff;

import dev.spool.handoff.protocol.Frame;
import dev.spool.handoff.transport.Connection;

/** What a server's loop waits for. */
sealed interface MemberEvent {

    /** The supervisor said something on this connection. */
    record Heard(Connection connection, Frame frame) implements MemberEvent {}

    /** This connection is over. */
    record Ended(Connection connection, String why) implements MemberEvent {}

    /** A connection to the supervisor stands. */
    record Connected(Connection connection) implements MemberEvent {}

    /** A hook came to its end; the event is the machine's. */
    record Done(Object event) implements MemberEvent {}

    /** The host wants to stop. */
    record Stop() implements MemberEvent {}
}
