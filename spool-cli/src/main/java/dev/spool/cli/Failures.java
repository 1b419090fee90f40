package dev.spool.cli;

import dev.spool.cli.base.ClosedOutputException;
import dev.spool.cli.base.Diagnosis;

/** Failures of some of the things that a command was given: each is told, and the first gives the exit code. */
final class Failures {

    private final SpoolCommand command;
    private int exitCode = ExitCode.OK;

    Failures(SpoolCommand command) {
        this.command = command;
    }

    /** Tells a failure; but if nobody reads the output any more, the command is over. */
    void add(String subject, Exception failure) throws ClosedOutputException {
        if (failure instanceof ClosedOutputException closed) {
            throw closed;
        }
        String diagnosis = Diagnosis.of(failure);
        add(diagnosis.contains(subject) ? diagnosis : subject + ": " + diagnosis, command.exitCodeOf(failure));
        Diagnosis.trace(failure, command.streams);
    }

    void add(String message, int code) {
        command.note(message);
        if (exitCode == ExitCode.OK) {
            exitCode = code;
        }
    }

    int exitCode() {
        return exitCode;
    }
}
