package dev.spool.rocksdb;

import dev.spool.Fingerprint;
import dev.spool.engine.spi.Head;
import dev.spool.engine.spi.SealedLog;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.UUID;

/**
 * What a sealed log is worth to the fingerprint. It goes by the head, which is in the database and changes with every operation,
 * and not by files, because RocksDB compacts as it likes: a database that was put back or lost operations has another head, and
 * that its files are whole is RocksDB's own to check at each open.
 */
final class Seals {

    private Seals() {}

    static SealedLog of(UUID storeId, int log, Head head) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(ByteBuffer.allocate(20)
                    .putLong(storeId.getMostSignificantBits())
                    .putLong(storeId.getLeastSignificantBits())
                    .putInt(log)
                    .flip());
            sha.update(head.encode());
            Fingerprint piece = Fingerprint.of(sha.digest());
            return new SealedLog(log, head.revision(), Fingerprint.of(head.digest()), List.of(piece));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
