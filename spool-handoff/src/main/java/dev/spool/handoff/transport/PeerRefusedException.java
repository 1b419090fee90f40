package dev.spool.handoff.transport;

import java.io.IOException;

/** The process at the other end is another user's. */
public final class PeerRefusedException extends IOException {

    private static final long serialVersionUID = 1L;

    PeerRefusedException(String message) {
        super(message);
    }
}
