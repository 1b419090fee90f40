package dev.spool.handoff.protocol;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The kinds of {@link Frame}, their numbers on the wire, and who may send them. */
public enum FrameKind {
    HELLO(1, Role.INCUMBENT, Role.SUCCESSOR, Role.REQUESTER),
    WELCOME(2, Role.SUPERVISOR),
    REQUEST(3, Role.REQUESTER),
    PROGRESS(4, Role.SUPERVISOR),
    OUTCOME(5, Role.SUPERVISOR),
    PREPARE(6, Role.SUPERVISOR),
    DRAINED(7, Role.INCUMBENT),
    SEAL(8, Role.SUPERVISOR),
    SEALED(9, Role.INCUMBENT),
    FAILED(10, Role.INCUMBENT),
    BEGIN(11, Role.SUPERVISOR),
    VERIFIED(12, Role.SUCCESSOR),
    REFUSED(13, Role.SUCCESSOR),
    TAKE(14, Role.SUPERVISOR),
    READY(15, Role.SUCCESSOR),
    COMMIT(16, Role.SUPERVISOR),
    ABORT(17, Role.SUPERVISOR),
    RESUMED(18, Role.INCUMBENT),
    LOST(19, Role.INCUMBENT),
    SETTLED(20, Role.SUPERVISOR),
    HEARTBEAT(21, Role.SUPERVISOR, Role.INCUMBENT, Role.SUCCESSOR, Role.REQUESTER);

    @SuppressWarnings("ImmutableEnumChecker") // an immutable set
    private final Set<Role> senders;

    private final int code;

    FrameKind(int code, Role... senders) {
        this.code = code;
        this.senders = Set.of(senders);
    }

    /** Its number on the wire, 1 to 255. */
    public int code() {
        return code;
    }

    /** Whether {@code role} may send it. */
    public boolean sentBy(Role role) {
        return senders.contains(role);
    }

    /** Whether a connection may begin with it, by somebody who has not said who he is. */
    public boolean comesFirst() {
        return this == HELLO || this == REFUSED;
    }

    /** The kind of that number; null if there is none. */
    public static @Nullable FrameKind of(int code) {
        return code >= 1 && code <= values().length ? values()[code - 1] : null;
    }
}
