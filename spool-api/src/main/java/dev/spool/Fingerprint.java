package dev.spool;

import java.util.Arrays;
import java.util.HexFormat;

/** A SHA-256 digest of a spool's sealed state: 32 bytes, compared by value, written as 64 lower-case hex digits. */
public final class Fingerprint {

    /** Size in bytes. */
    public static final int SIZE_BYTES = 32;

    private final byte[] bytes;

    private Fingerprint(byte[] bytes) {
        if (bytes.length != SIZE_BYTES) {
            throw new IllegalArgumentException("a fingerprint has 32 bytes, not " + bytes.length);
        }
        this.bytes = bytes;
    }

    public static Fingerprint of(byte[] bytes) {
        return new Fingerprint(bytes.clone());
    }

    public static Fingerprint parse(String hex) {
        return new Fingerprint(HexFormat.of().parseHex(hex));
    }

    public byte[] toBytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Fingerprint that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
