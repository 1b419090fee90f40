package dev.spool.engine;

import dev.spool.EnumerateOptions;
import dev.spool.MessageInfo;
import dev.spool.ScanReport;
import dev.spool.SpoolCorruptException;
import dev.spool.SpoolEntry;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolIoException;
import dev.spool.SpoolReader;
import dev.spool.SpoolScan;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * A digest of which messages a spool holds, whatever backend holds them and in whatever order they came: two spools with the
 * same one hold the same bodies and envelopes under the same ids. What copying and moving compare.
 *
 * <p>The sum modulo 2^256 of {@code SHA-256(16 id | u64 body bytes | u32 envelope bytes | u32 body CRC | u32 envelope CRC)} over
 * all messages, the fields little-endian but for the id, each hash and the sum read as little-endian numbers. Revisions and
 * times do not count. Not thread-safe.
 */
public final class SetDigest {

    private static final int MESSAGE_BYTES = 36;
    private static final int LIMBS = 8;

    private final MessageDigest sha = Fingerprints.sha256();
    private final ByteBuffer message = ByteBuffer.allocate(MESSAGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final int[] sum = new int[LIMBS];
    private long messages;

    /** The digest of no messages. */
    public SetDigest() {}

    /**
     * The digest of everything in a spool, by an ids-only scan.
     *
     * @throws SpoolCorruptException if a message is damaged
     * @throws SpoolIoException if the scan could not be completed
     */
    public static SetDigest of(SpoolReader spool) throws SpoolException {
        SetDigest digest = new SetDigest();
        try (SpoolScan scan = spool.enumerate(EnumerateOptions.ALL.withIdsOnly())) {
            while (scan.hasNext()) {
                SpoolEntry entry = scan.next();
                if (entry instanceof SpoolEntry.Item item) {
                    digest.add(item.id(), item.info());
                } else if (entry instanceof SpoolEntry.Corrupt corrupt) {
                    throw new SpoolCorruptException(corrupt.id(), corrupt.where(), corrupt.why());
                }
            }
            ScanReport report = scan.report();
            if (!report.complete()) {
                throw new SpoolIoException(
                        "the set digest is not known, the scan was not complete: " + report.whyNot());
            }
        }
        return digest;
    }

    public void add(SpoolId id, MessageInfo info) {
        message.clear()
                .putLong(Long.reverseBytes(id.high()))
                .putLong(Long.reverseBytes(id.low()))
                .putLong(info.bodyBytes())
                .putInt(info.envelopeBytes())
                .putInt(info.bodyCrc())
                .putInt(info.envelopeCrc());
        ByteBuffer hash = ByteBuffer.wrap(sha.digest(message.array())).order(ByteOrder.LITTLE_ENDIAN);
        long carry = 0;
        for (int i = 0; i < LIMBS; i++) {
            carry += (sum[i] & 0xffff_ffffL) + (hash.getInt() & 0xffff_ffffL);
            sum[i] = (int) carry;
            carry >>>= 32;
        }
        messages++;
    }

    /** How many messages went into it. */
    public long messages() {
        return messages;
    }

    /** The 32 bytes of the sum, least significant first. */
    public byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(LIMBS * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int limb : sum) {
            bytes.putInt(limb);
        }
        return bytes.array();
    }

    /** {@link #toBytes} in lower-case hex. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(toBytes());
    }
}
