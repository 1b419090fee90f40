package dev.spool.testkit.contract;

import dev.spool.Message;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Messages whose bytes follow from a seed, so that one in the wrong place shows. */
public final class Samples {

    private Samples() {}

    /** Bytes that no compressor shrinks and no other seed has. */
    public static byte[] bytes(long seed, int size) {
        byte[] bytes = new byte[size];
        new SplittableRandom(seed * 31 + size).nextBytes(bytes);
        return bytes;
    }

    public static ByteBuffer buffer(long seed, int size) {
        return ByteBuffer.wrap(bytes(seed, size));
    }

    public static Message message(long seed, int bodyBytes) {
        return message(seed, bodyBytes, 0);
    }

    public static Message message(long seed, int bodyBytes, int envelopeBytes) {
        return Message.of(buffer(seed, bodyBytes), buffer(seed + 1, envelopeBytes));
    }

    public static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A message whose body and envelope both are {@code text}. */
    public static Message message(String text) {
        return Message.of(text(text), text(text));
    }

    /** The text of a buffer, which does not move. */
    public static String text(ByteBuffer buffer) {
        return StandardCharsets.UTF_8.decode(buffer.duplicate()).toString();
    }

    /** The bytes of a buffer, which does not move. */
    public static byte[] toArray(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
