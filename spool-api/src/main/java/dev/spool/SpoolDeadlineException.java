package dev.spool;

import org.jspecify.annotations.Nullable;

/**
 * The caller's deadline passed before the operation joined a batch. Certainly not stored.
 */
public final class SpoolDeadlineException extends SpoolException {

    private static final long serialVersionUID = 1L;

    public SpoolDeadlineException(String message) {
        this(message, null);
    }

    public SpoolDeadlineException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean retryable() {
        return true;
    }

    @Override
    public SpoolDeadlineException forCaller() {
        return new SpoolDeadlineException(String.valueOf(getMessage()), this);
    }
}
