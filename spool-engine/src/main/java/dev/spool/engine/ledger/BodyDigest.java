package dev.spool.engine.ledger;

import dev.spool.Message;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Which bytes a body has: their number and their SHA-256, the latter as four big-endian longs so that millions of them fit
 * into plain arrays.
 */
public record BodyDigest(long sizeBytes, long sha0, long sha1, long sha2, long sha3) {

    /** The digest of a message's body; the envelope does not count. */
    public static BodyDigest of(Message message) {
        MessageDigest sha256 = sha256();
        message.body().forEach(sha256::update);
        return of(message.bodyBytes(), sha256.digest());
    }

    public static BodyDigest of(byte[] body) {
        return of(body.length, sha256().digest(body));
    }

    private static BodyDigest of(long sizeBytes, byte[] digest) {
        ByteBuffer sha = ByteBuffer.wrap(digest);
        return new BodyDigest(sizeBytes, sha.getLong(), sha.getLong(), sha.getLong(), sha.getLong());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
