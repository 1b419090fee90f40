package dev.spool.cli.base;

import java.io.IOException;

/** A spool is not as it must be. */
public final class DifferenceException extends IOException {

    private static final long serialVersionUID = 1L;

    public DifferenceException(String message) {
        super(message);
    }

    /** Throws unless what was expected holds. */
    public static void unless(boolean holds, String message) throws DifferenceException {
        if (!holds) {
            throw new DifferenceException(message);
        }
    }
}
