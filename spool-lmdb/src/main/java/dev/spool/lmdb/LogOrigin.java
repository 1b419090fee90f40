package dev.spool.lmdb;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.spi.LogScan;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which spool a log's file is of, and whether it once was one of an earlier time: written when the file is made or first taken over,
 * and copied with everything else when the log turns to a next file; a repair leaves out the second part.
 *
 * <p>Encoded, little-endian: {@code u32 CRC-32C of the rest | u32 0 | u64 x 2 store id | u64 last revision found | u64 revision that
 * was durable}; the last two are 0 if nothing is lost.
 *
 * @param found the last revision of a file that was put back
 * @param durable the revision up to which the log had been durable then; 0 if no such file was found
 */
record LogOrigin(UUID storeId, long found, long durable) {

    private static final byte[] KEY = "origin".getBytes(StandardCharsets.US_ASCII);
    private static final int BYTES = 40;
    private static final long REVISION_GAP = 1 << 20;

    /** Of a file of which nothing is lost. */
    static LogOrigin of(UUID storeId) {
        return new LogOrigin(storeId, 0, 0);
    }

    /** Null if the file does not say: a version that did not say made it. */
    static @Nullable LogOrigin read(TreeReader trees) throws SpoolException {
        byte[] bytes = trees.get(Tree.STATE, KEY);
        if (bytes == null) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length != BYTES || in.getInt(0) != RecordHeader.crc(in, 4, bytes.length)) {
            throw new SpoolCorruptException(
                    null, trees.at(Tree.STATE, KEY), "what says which spool this is of fails its checksum");
        }
        return new LogOrigin(new UUID(in.getLong(8), in.getLong(16)), in.getLong(24), in.getLong(32));
    }

    void write(Transaction transaction) throws SpoolException {
        ByteBuffer out = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(0).putInt(0);
        out.putLong(storeId.getMostSignificantBits()).putLong(storeId.getLeastSignificantBits());
        out.putLong(found).putLong(durable);
        out.putInt(0, RecordHeader.crc(out, 4, BYTES));
        transaction.put(Tree.STATE, KEY, out.array());
    }

    /** What comes next after a loss, as long as nothing has come: past all that can have been used without being noted. */
    long nextRevision(long next) {
        return durable > 0 && next <= durable + 1 ? durable + 1 + REVISION_GAP : next;
    }

    /** That the file once was one of an earlier time; null if it never was. */
    LogScan.@Nullable Damage lost(String file) {
        return durable == 0
                ? null
                : new LogScan.Damage(
                        file,
                        "it was put back from an earlier time: its last revision was " + found + ", and " + durable
                                + " was durable; what was stored in between is lost, and what was replaced or removed"
                                + " is back; put the right file back, or accept the loss with spool-fsck --repair");
    }
}
