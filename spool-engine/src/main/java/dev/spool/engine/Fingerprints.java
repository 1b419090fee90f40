package dev.spool.engine;

import dev.spool.Fingerprint;
import dev.spool.engine.spi.SealedLog;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.List;

/**
 * The fingerprint of a sealed spool: SHA-256 over its logs in the order of their numbers, for each {@code u32 log | u64 last
 * revision | 32 head digest | u32 pieces | 32 each piece's digest, in the log's order}, little-endian.
 */
final class Fingerprints {

    private Fingerprints() {}

    static Fingerprint of(List<SealedLog> logs) {
        MessageDigest sha = sha256();
        logs.stream().sorted(Comparator.comparingInt(SealedLog::log)).forEach(log -> {
            ByteBuffer head = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
            sha.update(head.putInt(log.log()).putLong(log.revision()).array(), 0, 12);
            sha.update(log.headDigest().toBytes());
            sha.update(head.clear().putInt(log.pieceDigests().size()).array(), 0, 4);
            log.pieceDigests().forEach(piece -> sha.update(piece.toBytes()));
        });
        return Fingerprint.of(sha.digest());
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
