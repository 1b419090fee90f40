package dev.spool.handoff.transport;

import dev.spool.handoff.protocol.Frame;
import dev.spool.handoff.protocol.FrameFormat;
import dev.spool.handoff.protocol.Role;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** One end of a connection that says nothing by itself, heartbeats neither: a test plays its part. */
public final class PlayedPeer implements Closeable {

    private final SocketChannel channel;
    private final @Nullable Role other;

    /**
     * @param other the role of whoever is at the other end; null if its first frame tells
     */
    public PlayedPeer(SocketChannel channel, @Nullable Role other) {
        this.channel = channel;
        this.other = other;
    }

    public void say(Frame frame) throws IOException {
        ByteBuffer bytes = FrameFormat.encode(frame);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** What the other says next, heartbeats included. */
    public Frame hearAnything() throws IOException {
        ByteBuffer length = read(FrameFormat.LENGTH_BYTES);
        return FrameFormat.decode(read(Integer.reverseBytes(length.getInt(0))), other);
    }

    /** What the other says next, heartbeats excepted. */
    public Frame hear() throws IOException {
        Frame frame = hearAnything();
        while (frame instanceof Frame.Heartbeat) {
            frame = hearAnything();
        }
        return frame;
    }

    /** Whether nothing has come that was not heard; does not wait. */
    public boolean hearsNothing() throws IOException {
        channel.configureBlocking(false);
        try {
            return channel.read(ByteBuffer.allocate(1)) == 0;
        } finally {
            channel.configureBlocking(true);
        }
    }

    /** Waits until the other closes the connection; false if it says something instead. */
    public boolean isLeft() throws IOException {
        return channel.read(ByteBuffer.allocate(1)) < 0;
    }

    private ByteBuffer read(int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("the other has closed the connection");
            }
        }
        return buffer.flip();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
