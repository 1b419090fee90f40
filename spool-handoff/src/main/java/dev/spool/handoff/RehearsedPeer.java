package dev.spool.handoff;

import dev.spool.handoff.protocol.Frame;
import dev.spool.handoff.protocol.FrameFormat;
import dev.spool.handoff.protocol.ProtocolException;
import dev.spool.handoff.protocol.Role;
import dev.spool.handoff.transport.Connection;
import dev.spool.handoff.transport.ControlSocket;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One end of a {@link RehearsedHandoff} as its supervisor has it. Used by one thread. */
final class RehearsedPeer {

    private static final long PATIENCE_SECONDS = 30;

    private final Connection connection;
    private final Role role;
    private final BlockingQueue<Frame> heard = new LinkedBlockingQueue<>();

    /** Waits for one to call, and greets it. */
    RehearsedPeer(ControlSocket control, Connection.Timing timing) throws IOException {
        connection = new Connection(control.accept(), timing);
        if (!(connection.first(null) instanceof Frame.Hello hello)) {
            connection.close("no greeting");
            throw new ProtocolException("a member of the rehearsed handoff did not greet");
        }
        role = hello.role();
        connection.send(new Frame.Welcome(hello.handoff(), FrameFormat.VERSION));
        connection.start("rehearsal", role, new Connection.Listener() {
            @Override
            public void heard(Frame frame) {
                heard.add(frame);
            }

            @Override
            public void ended(String why) {
                // Whoever waits for more does not wait for ever.
            }
        });
    }

    Role role() {
        return role;
    }

    void say(Frame frame) {
        connection.send(frame);
    }

    <F extends Frame> F hear(Class<F> expected) throws IOException, InterruptedException {
        Frame frame = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (!expected.isInstance(frame)) {
            throw new ProtocolException("the rehearsed " + role + " said " + frame + ", and not what was expected, "
                    + expected.getSimpleName());
        }
        return expected.cast(frame);
    }

    void close() {
        connection.close("the rehearsal is over");
    }
}
