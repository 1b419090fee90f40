package dev.spool.handoff.protocol;

import java.io.IOException;

/** A peer that does not keep to the protocol: its connection is closed, and nothing that it said counts. */
public final class ProtocolException extends IOException {

    private static final long serialVersionUID = 1L;

    public ProtocolException(String message) {
        super(message);
    }
}
