package dev.spool.handoff.protocol;

import org.jspecify.annotations.Nullable;

/** Who speaks. */
public enum Role {
    /** Starts and replaces servers. */
    SUPERVISOR(1),
    /** The server that runs. */
    INCUMBENT(2),
    /** The server that takes over. */
    SUCCESSOR(3),
    /** Asks for a replacement. */
    REQUESTER(4);

    private final int code;

    Role(int code) {
        this.code = code;
    }

    /** Its number on the wire. */
    int code() {
        return code;
    }

    /** The role of that number; null if there is none. */
    static @Nullable Role of(int code) {
        for (Role role : values()) {
            if (role.code == code) {
                return role;
            }
        }
        return null;
    }
}
