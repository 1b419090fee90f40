package dev.spool;

import org.jspecify.annotations.Nullable;

/**
 * There is no space for this message: on the volume, in the map, or within the limit set for this spool. Certainly not stored.
 * Removes still work, and stores work again once space has come back, without a restart.
 */
public final class SpoolFullException extends SpoolException {

    private static final long serialVersionUID = 1L;

    public SpoolFullException(String message) {
        this(message, null);
    }

    public SpoolFullException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean retryable() {
        return true;
    }

    @Override
    public SpoolFullException forCaller() {
        return new SpoolFullException(String.valueOf(getMessage()), this);
    }
}
