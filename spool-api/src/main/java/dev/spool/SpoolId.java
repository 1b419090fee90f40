package dev.spool;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;

/**
 * The name of a message: 16 bytes, written as 32 lower-case hex digits. Any 16 bytes are an id; {@link #next()} makes UUIDv7
 * ids (RFC 9562 section 5.7) that increase monotonically within the process.
 */
public record SpoolId(long high, long low) implements Comparable<SpoolId> {

    /** Size of an id in bytes. */
    public static final int SIZE_BYTES = 16;

    /** A new id, greater than every id this process made before. Thread-safe. */
    public static SpoolId next() {
        return Uuid7.next();
    }

    /**
     * Parses 32 hex digits of any case.
     *
     * @throws IllegalArgumentException if {@code text} is anything else
     */
    public static SpoolId parse(String text) {
        if (text.length() != 32) {
            throw new IllegalArgumentException("a spool id has 32 hex digits, this has " + text.length()
                    + " characters: " + text.substring(0, Math.min(64, text.length())));
        }
        for (int i = 0; i < 32; i++) {
            if (Character.digit(text.charAt(i), 16) < 0 || text.charAt(i) > 'f') {
                throw new IllegalArgumentException("a spool id has 32 hex digits, not '" + text + "'");
            }
        }
        return new SpoolId(Long.parseUnsignedLong(text, 0, 16, 16), Long.parseUnsignedLong(text, 16, 32, 16));
    }

    /** Reads an id from the 16 bytes at {@code offset}, big-endian, without moving the position. */
    public static SpoolId from(ByteBuffer buffer, int offset) {
        return new SpoolId(bigEndianLong(buffer, offset), bigEndianLong(buffer, offset + 8));
    }

    /** The 16 bytes, big-endian. */
    public byte[] toBytes() {
        return ByteBuffer.allocate(SIZE_BYTES).putLong(high).putLong(low).array();
    }

    /** When this id was made, to the millisecond, if it is a UUIDv7; empty otherwise. */
    public Optional<Instant> created() {
        boolean version7 = ((high >>> 12) & 0xf) == 7;
        boolean rfcVariant = (low >>> 62) == 2;
        return version7 && rfcVariant ? Optional.of(Instant.ofEpochMilli(high >>> 16)) : Optional.empty();
    }

    @Override
    public int compareTo(SpoolId other) {
        int order = Long.compareUnsigned(high, other.high);
        return order != 0 ? order : Long.compareUnsigned(low, other.low);
    }

    /** 32 lower-case hex digits. */
    @Override
    public String toString() {
        return hex(high) + hex(low);
    }

    private static String hex(long value) {
        String digits = Long.toHexString(value);
        return "0".repeat(16 - digits.length()) + digits;
    }

    private static long bigEndianLong(ByteBuffer buffer, int offset) {
        long value = buffer.getLong(offset);
        return buffer.order() == java.nio.ByteOrder.BIG_ENDIAN ? value : Long.reverseBytes(value);
    }
}
