package dev.spool;

import org.jspecify.annotations.Nullable;

/**
 * An I/O operation failed where no mutation was at stake: reading, opening, listing, checking.
 */
public final class SpoolIoException extends SpoolException {

    private static final long serialVersionUID = 1L;

    public SpoolIoException(String message) {
        this(message, null);
    }

    public SpoolIoException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean retryable() {
        return false;
    }

    @Override
    public SpoolIoException forCaller() {
        return new SpoolIoException(String.valueOf(getMessage()), this);
    }
}
