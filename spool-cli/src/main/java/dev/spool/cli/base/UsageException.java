package dev.spool.cli.base;

import java.io.IOException;

/** The command cannot do this with what it was given; the message says what to give instead. */
public final class UsageException extends IOException {

    private static final long serialVersionUID = 1L;

    public UsageException(String message) {
        super(message);
    }
}
