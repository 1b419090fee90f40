package dev.spool;

import org.jspecify.annotations.Nullable;

/**
 * The operation had joined a batch when its write or sync failed, or the sync outlasted
 * {@link StoreOptions#giveUpAfter()}. It took effect whole or not at all; {@link SpoolReader#load} tells which once the spool
 * is healthy again or has been opened anew. Storing the same message again under the same id is safe.
 */
public final class SpoolInDoubtException extends SpoolException {

    private static final long serialVersionUID = 1L;

    public SpoolInDoubtException(String message) {
        this(message, null);
    }

    public SpoolInDoubtException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean retryable() {
        return false;
    }

    @Override
    public SpoolInDoubtException forCaller() {
        return new SpoolInDoubtException(String.valueOf(getMessage()), this);
    }
}
