package dev.spool.engine.ledger;

import java.io.IOException;

/** A line of a ledger is none. */
public final class LedgerFormatException extends IOException {

    private static final long serialVersionUID = 1L;

    private final long lineNumber;

    LedgerFormatException(String source, long lineNumber, String why) {
        super(source + ", line " + lineNumber + ": " + why
                + "; a line is 's ID SIZE SHA256', 'S ID SIZE SHA256', 'r ID' or 'R ID'");
        this.lineNumber = lineNumber;
    }

    /** Which line, counted from 1. */
    public long lineNumber() {
        return lineNumber;
    }
}
