package dev.spool.cli.copy;

import dev.spool.MessageInfo;
import dev.spool.SpoolId;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A digest of a set of messages that does not depend on their order: the sum modulo 2^256 of the SHA-256 over id, lengths
 * and checksums of each. Times and revisions do not count.
 */
final class ContentDigest {

    private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(256);

    private BigInteger sum = BigInteger.ZERO;

    void add(SpoolId id, MessageInfo info) {
        ByteBuffer described = ByteBuffer.allocate(SpoolId.SIZE_BYTES + 8 + 4 + 4 + 4);
        described.putLong(id.high()).putLong(id.low());
        described.putLong(info.bodyBytes()).putInt(info.bodyCrc());
        described.putInt(info.envelopeBytes()).putInt(info.envelopeCrc());
        sum = sum.add(new BigInteger(1, sha256(described.array()))).mod(MODULUS);
    }

    boolean sameAs(ContentDigest other) {
        return sum.equals(other.sum);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
