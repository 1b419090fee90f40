package dev.spool.handoff.protocol;

import dev.spool.Drainable.DrainReport;
import dev.spool.Drainable.SealReport;

/** What can happen to an incumbent. */
public sealed interface IncumbentEvent {

    /** The supervisor said something, heartbeats excepted. */
    record Received(Frame frame) implements IncumbentEvent {}

    /** The connection ended, or nothing came for too long. */
    record SupervisorGone() implements IncumbentEvent {}

    /** The drain is done. */
    record DrainDone(DrainReport report) implements IncumbentEvent {}

    /** The drain failed or took too long; part of it may be done. */
    record DrainFailed(String reason) implements IncumbentEvent {}

    /** The seal is done, and the lock is released. */
    record SealDone(SealReport report) implements IncumbentEvent {}

    /** The seal failed; part of it may be done. */
    record SealFailed(String reason) implements IncumbentEvent {}

    /** The successor's process has ended. */
    record SuccessorGone() implements IncumbentEvent {}

    /** Another process has raised the epoch. */
    record EpochMoved() implements IncumbentEvent {}

    /** The handoff's deadline passed while the supervisor is lost. */
    record DeadlinePassed() implements IncumbentEvent {}

    /** It serves again. */
    record ResumeDone() implements IncumbentEvent {}

    /** It cannot serve again: another process owns the spool, or the storage failed. */
    record ResumeFailed(String reason) implements IncumbentEvent {}
}
