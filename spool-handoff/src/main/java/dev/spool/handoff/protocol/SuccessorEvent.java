package dev.spool.handoff.protocol;

import dev.spool.Drainable.SealReport;
import org.jspecify.annotations.Nullable;

/** What can happen to a successor. */
public sealed interface SuccessorEvent {

    /** The supervisor said something, heartbeats excepted. */
    record Received(Frame frame) implements SuccessorEvent {}

    /** The connection ended, or nothing came for too long. */
    record SupervisorGone() implements SuccessorEvent {}

    /**
     * The lock is held, and everything is as it should be.
     *
     * @param found computed from the disk; null if the spool has to be recovered
     */
    record VerifyDone(@Nullable SealReport found) implements SuccessorEvent {}

    /** The lock is not to be had, or something is not as it should be; the lock is not held. */
    record VerifyFailed(String reason) implements SuccessorEvent {}

    /** The epoch is raised and the spool serves. */
    record TakeDone(Frame.Ready ready) implements SuccessorEvent {}

    /** The spool could not be opened; the epoch may have been raised; the lock is not held. */
    record TakeFailed(String reason) implements SuccessorEvent {}
}
