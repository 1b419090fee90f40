package dev.spool;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What a spool holds under one id: a body in one or several buffers, and an optional small envelope that the host defines
 * (sender, recipients, attempts, next-due time). Both are committed together. An envelope of no bytes is no envelope.
 *
 * <p>A message is a view of its buffers from position to limit, taken when it is made; it never moves the caller's positions.
 * Bytes are not copied: they must not change while a store is under way.
 */
public final class Message {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private final List<ByteBuffer> body;
    private final ByteBuffer envelope;
    private final long bodyBytes;

    private Message(List<ByteBuffer> body, ByteBuffer envelope) {
        this.body = views(body, ByteBuffer::slice);
        this.envelope = envelope.slice();
        long total = 0;
        for (ByteBuffer part : this.body) {
            total += part.remaining();
        }
        this.bodyBytes = total;
    }

    /** A message without an envelope. */
    public static Message of(ByteBuffer body) {
        return new Message(List.of(body), NOTHING);
    }

    /** A message without an envelope. */
    public static Message of(byte[] body) {
        return of(ByteBuffer.wrap(body));
    }

    /** A message with an envelope; {@code envelope} may be empty. */
    public static Message of(ByteBuffer body, ByteBuffer envelope) {
        return new Message(List.of(body), envelope);
    }

    /** A message with an envelope whose body is the concatenation of {@code body}. */
    public static Message of(List<ByteBuffer> body, ByteBuffer envelope) {
        return new Message(body, envelope);
    }

    /** This body with another envelope. */
    public Message withEnvelope(ByteBuffer newEnvelope) {
        return new Message(body, newEnvelope);
    }

    /** The body's parts, each a fresh view from its first to its last byte. */
    public List<ByteBuffer> body() {
        return views(body, ByteBuffer::duplicate);
    }

    private static List<ByteBuffer> views(List<ByteBuffer> parts, UnaryOperator<ByteBuffer> view) {
        if (parts.size() == 1) {
            return List.of(view.apply(parts.get(0))); // as good as always, and in the path of every store
        }
        return parts.stream().map(view).toList();
    }

    /** The envelope, a fresh view; no bytes remaining if there is none. */
    public ByteBuffer envelope() {
        return envelope.duplicate();
    }

    /** Length of the body in bytes. */
    public long bodyBytes() {
        return bodyBytes;
    }

    /** Length of the envelope in bytes; 0 if there is none. */
    public int envelopeBytes() {
        return envelope.remaining();
    }

    /**
     * The body as one array.
     *
     * @throws OutOfMemoryError if it is longer than an array can be
     */
    public byte[] bodyToArray() {
        if (bodyBytes > Integer.MAX_VALUE - 8) {
            throw new OutOfMemoryError("a body of " + bodyBytes + " bytes does not fit an array");
        }
        ByteBuffer all = ByteBuffer.allocate((int) bodyBytes);
        body.forEach(part -> all.put(part.duplicate()));
        return all.array();
    }

    /** Sizes only, never content. */
    @Override
    public String toString() {
        return "Message[body " + bodyBytes + " bytes, envelope " + envelopeBytes() + " bytes]";
    }
}
