package dev.spool.handoff.protocol;

/** Who speaks. */
public enum Role {
    /** Starts and replaces servers. */
    SUPERVISOR,
    /** The server that runs. */
    INCUMBENT,
    /** The server that takes over. */
    SUCCESSOR,
    /** Asks for a replacement. */
    REQUESTER
}
