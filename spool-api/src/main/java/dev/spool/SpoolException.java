package dev.spool;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Why an operation of a spool did not complete. Sealed: the subclasses are all there are. Except for
 * {@link SpoolInDoubtException}, and {@link SpoolFencedException} while the directory changes hands, a failed mutation has certainly
 * had no effect and never will have.
 */
public abstract sealed class SpoolException extends IOException
        permits SpoolCorruptException,
                SpoolDeadlineException,
                SpoolDrainingException,
                SpoolFencedException,
                SpoolFullException,
                SpoolInDoubtException,
                SpoolIoException,
                SpoolLockedException,
                SpoolOverloadedException,
                SpoolUnhealthyException,
                SpoolVersionException {

    private static final long serialVersionUID = 1L;

    SpoolException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Whether the same call may succeed later without anybody mending anything first. */
    public abstract boolean retryable();

    /**
     * A new exception of the same kind, with this one as its cause, so that a failure shared by many operations has the
     * stack trace of each caller.
     */
    public abstract SpoolException forCaller();
}
