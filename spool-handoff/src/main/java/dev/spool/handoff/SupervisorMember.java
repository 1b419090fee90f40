package dev.spool.handoff;

import dev.spool.handoff.protocol.Frame;
import dev.spool.handoff.transport.Connection;
import org.jspecify.annotations.Nullable;

/** A server process as its supervisor knows it. The supervisor's loop alone uses it. */
final class SupervisorMember {

    private final ProcessId id;
    private @Nullable Connection connection;

    SupervisorMember(ProcessId id) {
        this.id = id;
    }

    ProcessId id() {
        return id;
    }

    @Nullable
    Connection connection() {
        return connection;
    }

    void connected(Connection now) {
        connection = now;
    }

    void apart() {
        connection = null;
    }

    void send(Frame frame) {
        Connection now = connection;
        if (now != null) {
            now.send(frame);
        }
    }

    void hangUp(String why) {
        Connection now = connection;
        if (now != null) {
            connection = null;
            now.close(why);
        }
    }
}
