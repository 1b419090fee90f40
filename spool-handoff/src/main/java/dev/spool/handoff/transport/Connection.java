package dev.spool.handoff.transport;

import dev.spool.handoff.protocol.Frame;
import dev.spool.handoff.protocol.FrameFormat;
import dev.spool.handoff.protocol.ProtocolException;
import dev.spool.handoff.protocol.Role;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection between two processes. After {@link #start} two threads serve it: one reads, one sends heartbeats and
 * watches for silence. The listener hears every frame but heartbeats, in order, and then, exactly once, that the connection has
 * ended. Sending is safe from any thread; what cannot be sent ends the connection, and is not reported to the sender.
 */
public final class Connection implements Closeable {

    private final SocketChannel channel;
    private final Timing timing;
    private final ReentrantLock sending = new ReentrantLock();
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile long lastHeard;
    private volatile @Nullable Role peer;
    private volatile @Nullable String endedBy;

    public Connection(SocketChannel channel, Timing timing) {
        this.channel = channel;
        this.timing = timing;
        this.lastHeard = timing.time().nanoTime();
    }

    /** Hears what comes, on the reading thread. */
    public interface Listener {

        void heard(Frame frame);

        /** Nothing more will be heard. */
        void ended(String why);
    }

    /**
     * How often to speak, and how long to wait.
     *
     * @param time what all of this is measured by
     * @param heartbeat how often to send one
     * @param silence after how long without a frame the peer counts as dead
     * @param hello how long the first frame may take
     */
    public record Timing(TimeSource time, Duration heartbeat, Duration silence, Duration hello) {}

    /** Sends a frame; ends the connection if that fails. */
    public void send(Frame frame) {
        ByteBuffer bytes = FrameFormat.encode(frame);
        sending.lock();
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            close("cannot send " + frame.kind() + ": " + e.getMessage());
        } finally {
            sending.unlock();
        }
    }

    /**
     * Reads the peer's first frame, in this thread, before {@link #start}.
     *
     * @param sender the role of the peer; null if its first frame tells
     * @throws IOException if none comes in time, or it is none; the connection is closed
     */
    public Frame first(@Nullable Role sender) throws IOException {
        Thread guard = new Thread(
                () -> {
                    try {
                        timing.time().sleep(timing.hello());
                        close("the first frame took too long");
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "spool-handoff-hello");
        guard.setDaemon(true);
        guard.start();
        peer = sender;
        try {
            return decoded(bytes());
        } catch (IOException e) {
            close(String.valueOf(e.getMessage()));
            throw e;
        } finally {
            guard.interrupt();
        }
    }

    /** Begins to listen; {@code sender} is the role of the peer from now on. */
    public void start(String name, Role sender, Listener listener) {
        peer = sender;
        Thread reader = new Thread(() -> listen(listener), "spool-handoff-read-" + name);
        reader.setDaemon(true);
        reader.start();
        Thread pulse = new Thread(this::beat, "spool-handoff-pulse-" + name);
        pulse.setDaemon(true);
        pulse.start();
    }

    /** From now on the peer may say what this role may. */
    public void speaksAs(Role role) {
        peer = role;
    }

    private void listen(Listener listener) {
        String why;
        try {
            while (true) {
                Frame frame = decoded(bytes());
                if (!(frame instanceof Frame.Heartbeat)) {
                    listener.heard(frame);
                }
            }
        } catch (IOException | RuntimeException e) {
            String known = endedBy;
            why = known != null ? known : String.valueOf(e.getMessage());
        }
        close(why);
        listener.ended(why);
    }

    private ByteBuffer bytes() throws IOException {
        ByteBuffer length = ByteBuffer.allocate(FrameFormat.LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        fill(length);
        ByteBuffer frame = ByteBuffer.allocate(FrameFormat.checkedLength(length.getInt(0)));
        fill(frame);
        return frame.flip();
    }

    private Frame decoded(ByteBuffer frame) throws ProtocolException {
        Role sender = peer;
        Frame decoded = FrameFormat.decode(frame, sender);
        if (sender == null && decoded instanceof Frame.Hello hello && hello.role() == Role.SUPERVISOR) {
            throw new ProtocolException("a supervisor answers, and does not call");
        }
        return decoded;
    }

    private void fill(ByteBuffer target) throws IOException {
        while (target.hasRemaining()) {
            if (channel.read(target) < 0) {
                throw new EOFException("the peer closed the connection");
            }
            lastHeard = timing.time().nanoTime();
        }
    }

    private void beat() {
        try {
            long lastBeat = timing.time().nanoTime();
            while (!ended.get()) {
                Duration silent = timing.time().since(lastHeard);
                Duration still = timing.time().since(lastBeat);
                if (silent.compareTo(timing.silence()) >= 0) {
                    close("nothing came from the peer for " + silent.toMillis() + " ms");
                } else if (still.compareTo(timing.heartbeat()) >= 0) {
                    lastBeat = timing.time().nanoTime();
                    send(new Frame.Heartbeat(Frame.NO_HANDOFF));
                } else {
                    timing.time()
                            .sleep(shorter(
                                    timing.silence().minus(silent),
                                    timing.heartbeat().minus(still)));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close("interrupted");
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** Ends the connection; the listener hears why. */
    public void close(String why) {
        if (ended.compareAndSet(false, true)) {
            endedBy = why;
            try {
                channel.close();
            } catch (IOException e) {
                endedBy = why + "; closing failed too: " + e.getMessage();
            }
        }
    }

    @Override
    public void close() {
        close("closed");
    }
}
