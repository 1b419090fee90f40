package dev.spool.lmdb;

import dev.spool.Fingerprint;
import dev.spool.SpoolException;
import dev.spool.engine.spi.Head;
import dev.spool.engine.spi.SealedLog;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * What a sealed log adds to the fingerprint: its head, and the numbers of entries that LMDB keeps beside each tree. Cheap: no
 * entry is read. The same after a compaction.
 */
final class Seals {

    private Seals() {}

    static SealedLog of(int log, Transaction transaction, Head head) throws SpoolException {
        ByteBuffer counts = ByteBuffer.allocate(4 * Long.BYTES);
        counts.putLong(head.liveCount()).putLong(head.liveBytes());
        counts.putLong(transaction.entries(Tree.CATALOGUE)).putLong(transaction.entries(Tree.RECORDS));
        return new SealedLog(
                log, head.revision(), Fingerprint.of(head.digest()), List.of(Fingerprint.of(sha256(counts.array()))));
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
