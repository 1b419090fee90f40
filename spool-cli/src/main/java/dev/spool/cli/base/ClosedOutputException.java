package dev.spool.cli.base;

import java.io.IOException;

/** Nobody reads standard output any more: the command ends, and there is nothing to tell anybody. */
public final class ClosedOutputException extends IOException {

    private static final long serialVersionUID = 1L;

    public ClosedOutputException(IOException cause) {
        super(cause);
    }
}
