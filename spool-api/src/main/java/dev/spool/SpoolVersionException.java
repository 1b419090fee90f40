package dev.spool;

import org.jspecify.annotations.Nullable;

/** The on-disk format is not one that this version reads, or not one that it may write. Nothing was changed. */
public final class SpoolVersionException extends SpoolException {

    private static final long serialVersionUID = 1L;

    private final String found;
    private final String supported;

    /**
     * @param where the file
     * @param found version or feature bits found
     * @param supported what this version supports
     */
    public SpoolVersionException(String where, String found, String supported) {
        this(
                where + " has format " + found + ", this version supports " + supported
                        + "; use the version of spool that wrote it, or a newer one",
                found,
                supported,
                null);
    }

    private SpoolVersionException(String message, String found, String supported, @Nullable Throwable cause) {
        super(message, cause);
        this.found = found;
        this.supported = supported;
    }

    /** The version or feature bits found. */
    public String found() {
        return found;
    }

    /** What this version supports. */
    public String supported() {
        return supported;
    }

    @Override
    public boolean retryable() {
        return false;
    }

    @Override
    public SpoolVersionException forCaller() {
        return new SpoolVersionException(String.valueOf(getMessage()), found, supported, this);
    }
}
