package dev.spool;

import org.jspecify.annotations.Nullable;

/**
 * Another owner has taken this directory over, as its ownership epoch shows. Nothing was acknowledged, and nothing of the new
 * owner's was overwritten. What was being written while the directory changed hands, the new owner may have found whole; nothing
 * else took effect. This instance is finished: close it, and open afresh if the directory should be taken back.
 */
public final class SpoolFencedException extends SpoolException {

    private static final long serialVersionUID = 1L;

    public SpoolFencedException(String message) {
        this(message, null);
    }

    public SpoolFencedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean retryable() {
        return false;
    }

    @Override
    public SpoolFencedException forCaller() {
        return new SpoolFencedException(String.valueOf(getMessage()), this);
    }
}
