package dev.spool;

import org.jspecify.annotations.Nullable;

/** Another process, or another open in this one, owns the directory. */
public final class SpoolLockedException extends SpoolException {

    private static final long serialVersionUID = 1L;

    private final String holder;

    /**
     * @param message what is locked and what to do
     * @param holder who holds it, as far as the owner file tells: host, pid, start time
     */
    public SpoolLockedException(String message, String holder) {
        this(message, holder, null);
    }

    private SpoolLockedException(String message, String holder, @Nullable Throwable cause) {
        super(message, cause);
        this.holder = holder;
    }

    /** Who holds the lock. */
    public String holder() {
        return holder;
    }

    @Override
    public boolean retryable() {
        return true;
    }

    @Override
    public SpoolLockedException forCaller() {
        return new SpoolLockedException(String.valueOf(getMessage()), holder, this);
    }
}
