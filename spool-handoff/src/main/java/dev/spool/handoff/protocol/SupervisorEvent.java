package dev.spool.handoff.protocol;

import java.util.UUID;

/** What can happen to a supervisor. Its members are the incumbent and, in a handoff, the successor. */
public sealed interface SupervisorEvent {

    /** Somebody asks for a replacement, to be known by this id. */
    record Requested(UUID handoff) implements SupervisorEvent {}

    /** The incumbent connected, for the first time or again. */
    record IncumbentConnected() implements SupervisorEvent {}

    /** The incumbent said something, heartbeats excepted. */
    record FromIncumbent(Frame frame) implements SupervisorEvent {}

    /** The incumbent's connection ended or fell silent; its process was still there a while after. */
    record IncumbentLost() implements SupervisorEvent {}

    /** The incumbent's process has ended. */
    record IncumbentGone() implements SupervisorEvent {}

    /** The successor connected, being the process that was started for this handoff. */
    record SuccessorConnected() implements SupervisorEvent {}

    /** The successor said something, heartbeats excepted. */
    record FromSuccessor(Frame frame) implements SupervisorEvent {}

    /** The successor's connection ended or fell silent. */
    record SuccessorLost() implements SupervisorEvent {}

    /** The successor's process has ended. */
    record SuccessorGone() implements SupervisorEvent {}

    /** The successor, known from before a restart of the supervisor, connected as the owner. */
    record SuccessorServes() implements SupervisorEvent {}

    /** The present phase took too long. */
    record Timeout() implements SupervisorEvent {}
}
