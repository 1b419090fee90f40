package dev.spool.handoff;

import dev.spool.Drainable;
import dev.spool.Spool;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a host is to its own handoff: how it serves, and what it has to say on the way. */
public interface HandoffServer {

    /**
     * Begins to serve with this spool, which is open and this process's own; returns when it does. Called once. In a successor, the
     * old server is still finishing what needs no spool.
     *
     * @return the addresses that it listens on, for people to read
     * @throws Exception if it cannot serve: the spool is closed again and the process leaves
     */
    List<String> serve(Spool spool) throws Exception;

    /**
     * What is drained and sealed: the spool's own, unless the host wraps it in its own to stop its acceptor and finish its
     * connections. Called once, after {@link #serve}.
     */
    default Drainable drainable(Spool spool) {
        return spool.drainable();
    }

    /**
     * Why this process should not take over now; null if it may. Asked of a successor twice: as the first thing of all, while the
     * old server serves undisturbed, so that a refusal costs nobody anything; and again when the old server has sealed the spool, so
     * that a refusal costs a pause. Should answer soon: the second time nobody serves meanwhile.
     */
    default @Nullable String unreadyReason() {
        return null;
    }

    /** The old server has exited: what it could not have read may be written from now on. */
    default void settled() {}
}
