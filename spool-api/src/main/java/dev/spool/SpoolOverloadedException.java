package dev.spool;

import org.jspecify.annotations.Nullable;

/**
 * The spool's own limit, not the caller's, was reached: more operations are waiting than it admits. Certainly not stored.
 */
public final class SpoolOverloadedException extends SpoolException {

    private static final long serialVersionUID = 1L;

    public SpoolOverloadedException(String message) {
        this(message, null);
    }

    public SpoolOverloadedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean retryable() {
        return true;
    }

    @Override
    public SpoolOverloadedException forCaller() {
        return new SpoolOverloadedException(String.valueOf(getMessage()), this);
    }
}
