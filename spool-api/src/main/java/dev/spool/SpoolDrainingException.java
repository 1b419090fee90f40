package dev.spool;

import org.jspecify.annotations.Nullable;

/**
 * The spool is draining, sealed or shutting down; its successor will accept the message. Certainly not stored.
 */
public final class SpoolDrainingException extends SpoolException {

    private static final long serialVersionUID = 1L;

    public SpoolDrainingException(String message) {
        this(message, null);
    }

    public SpoolDrainingException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean retryable() {
        return true;
    }

    @Override
    public SpoolDrainingException forCaller() {
        return new SpoolDrainingException(String.valueOf(getMessage()), this);
    }
}
