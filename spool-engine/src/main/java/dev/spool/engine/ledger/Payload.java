package dev.spool.engine.ledger;

import dev.spool.Message;
import dev.spool.SpoolId;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalInt;

/**
 * Generated bodies whose every byte follows from id, size and version, and which carry their version, so that a body can be
 * checked whole by whoever knows only the id under which it was found. They look random and do not compress.
 *
 * <pre>
 *   bytes 0-3   version, little-endian, masked with bits drawn from id and size
 *   bytes 4-    bits drawn from id, size and version
 * </pre>
 *
 * A body of fewer than 4 bytes carries the low bytes of its version only, and nothing that could be checked; one of n bytes
 * passes by chance once in 2^(8 (n - 4)).
 */
public final class Payload {

    private static final int VERSION_BYTES = 4;
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Payload() {}

    /** The body of this size and version for a message of this id. */
    public static byte[] of(SpoolId id, int sizeBytes, int version) {
        byte[] body = new byte[sizeBytes];
        long idBits = mix(mix(id.high()) ^ id.low()) + sizeBytes;
        int carried = version & carriedMask(sizeBytes);
        fill(body, mix(idBits) ^ mix(carried * GOLDEN));
        int masked = carried ^ (int) mix(idBits ^ GOLDEN);
        for (int i = 0; i < Math.min(VERSION_BYTES, sizeBytes); i++) {
            body[i] = (byte) (masked >>> (8 * i));
        }
        return body;
    }

    /**
     * The version that this body carries, if it is one of this class's bodies for that id, to the last byte; empty if a
     * single bit differs, or if it belongs to another id.
     */
    public static OptionalInt check(SpoolId id, Message message) {
        if (message.bodyBytes() > Integer.MAX_VALUE - 8) {
            return OptionalInt.empty();
        }
        int sizeBytes = (int) message.bodyBytes();
        int version = carriedVersion(id, message, sizeBytes);
        ByteBuffer expected = ByteBuffer.wrap(of(id, sizeBytes, version));
        for (ByteBuffer part : message.body()) {
            ByteBuffer same = expected.slice().limit(part.remaining());
            if (!part.equals(same)) {
                return OptionalInt.empty();
            }
            expected.position(expected.position() + part.remaining());
        }
        return OptionalInt.of(version);
    }

    private static int carriedVersion(SpoolId id, Message message, int sizeBytes) {
        long idBits = mix(mix(id.high()) ^ id.low()) + sizeBytes;
        int masked = 0;
        int at = 0;
        for (ByteBuffer part : message.body()) {
            while (at < VERSION_BYTES && part.hasRemaining()) {
                masked |= (part.get() & 0xff) << (8 * at++);
            }
        }
        return (masked ^ (int) mix(idBits ^ GOLDEN)) & carriedMask(sizeBytes);
    }

    private static int carriedMask(int sizeBytes) {
        return sizeBytes >= VERSION_BYTES ? -1 : (1 << (8 * sizeBytes)) - 1;
    }

    /** SplitMix64: each word from its position alone, so that the loop runs at the speed of memory. */
    private static void fill(byte[] body, long seed) {
        int words = body.length & ~7;
        long state = seed;
        for (int at = 0; at < words; at += 8) {
            state += GOLDEN;
            LONGS.set(body, at, mix(state));
        }
        long last = mix(state + GOLDEN);
        for (int at = words; at < body.length; at++) {
            body[at] = (byte) last;
            last >>>= 8;
        }
    }

    private static long mix(long bits) {
        long mixed = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
