package dev.spool;

import org.jspecify.annotations.Nullable;

/**
 * New messages are refused because of the state of the spool, see {@link SpoolReader#health()}. Certainly not stored. The
 * spool probes its storage and accepts again once a real commit works.
 */
public final class SpoolUnhealthyException extends SpoolException {

    private static final long serialVersionUID = 1L;

    public SpoolUnhealthyException(String message) {
        this(message, null);
    }

    public SpoolUnhealthyException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean retryable() {
        return true;
    }

    @Override
    public SpoolUnhealthyException forCaller() {
        return new SpoolUnhealthyException(String.valueOf(getMessage()), this);
    }
}
