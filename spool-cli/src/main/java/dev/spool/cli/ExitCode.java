package dev.spool.cli;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolFullException;
import dev.spool.SpoolLockedException;
import dev.spool.cli.base.DifferenceException;
import dev.spool.cli.base.UsageException;

/** What a command ends with; {@code fsck} alone has codes of its own. */
final class ExitCode {

    static final int OK = 0;
    /** I/O, version, unhealthy, overloaded, deadline, draining, fenced, in doubt. */
    static final int FAILED = 1;

    static final int USAGE = 2;
    static final int NO_SUCH_MESSAGE = 3;
    /** Corrupt, or a difference found. */
    static final int CORRUPT = 4;

    static final int FULL = 5;
    static final int LOCKED = 6;

    private ExitCode() {}

    static int of(Throwable failure) {
        if (failure instanceof UsageException) {
            return USAGE;
        } else if (failure instanceof SpoolCorruptException || failure instanceof DifferenceException) {
            return CORRUPT;
        } else if (failure instanceof SpoolFullException) {
            return FULL;
        } else if (failure instanceof SpoolLockedException) {
            return LOCKED;
        }
        return FAILED;
    }
}
