package dev.spool.engine.spi;

import dev.spool.MessageInfo;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * The head of a log: last revision, live messages, live bytes, and a SHA-256 chain over the operations. Chunks and relocations
 * are no operations of their own and leave the chain alone.
 *
 * <p>The chain is folded every 64 revisions: {@code chain = SHA-256(chain | descriptors)}, where the descriptors are those of
 * the operations whose revisions share {@code revision / 64}. A descriptor has 64 bytes, little-endian: {@code u8 type | u8 0 |
 * u16 log | u32 envelope bytes | u64 revision | u64 birth revision | 16 id | u32 body bytes | u32 body CRC | u32 envelope CRC |
 * u32 0 | i64 stored at}. {@link #digest()} folds the pending ones without waiting.
 *
 * <p>Encoded: {@code u8 algorithm (1 = SHA-256) | u8 0 | u16 pending descriptors | u32 0 | u64 revision | u64 live messages |
 * u64 live bytes | 32 chain | pending descriptors}.
 *
 * <p>Not thread-safe, except that the counts may be read by any thread.
 */
public final class Head {

    private static final byte SHA_256 = 1;
    private static final int FIXED_BYTES = 64;
    private static final int DESCRIPTOR_BYTES = 64;
    private static final int FOLD = 64;

    /** Largest encoding in bytes. */
    public static final int MAX_BYTES = FIXED_BYTES + FOLD * DESCRIPTOR_BYTES;

    private volatile long revision;
    private volatile long liveCount;
    private volatile long liveBytes;
    private byte[] chain = new byte[32];
    private final ByteBuffer pending =
            ByteBuffer.allocate(FOLD * DESCRIPTOR_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private @Nullable MessageDigest sha;

    /** The head of an empty log. */
    public Head() {}

    /** A copy. */
    public Head(Head other) {
        revision = other.revision;
        liveCount = other.liveCount;
        liveBytes = other.liveBytes;
        chain = other.chain.clone();
        pending.put(other.pending.duplicate().flip());
    }

    public long revision() {
        return revision;
    }

    public long liveCount() {
        return liveCount;
    }

    /** Body and envelope bytes of the live messages. */
    public long liveBytes() {
        return liveBytes;
    }

    /**
     * Advances over one committed operation.
     *
     * @param previous the version it replaces or removes, null if there is none or nothing is known of it
     * @param existed whether there was a version, known or damaged
     */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    public void advance(RecordHeader operation, boolean existed, @Nullable MessageInfo previous) {
        if (operation.type() > RecordType.REMOVE || (operation.flags() & RecordHeader.FLAG_RELOCATED) != 0) {
            return;
        }
        if (pending.position() > 0 && revision / FOLD != operation.revision() / FOLD) {
            chain = digest();
            pending.clear();
        }
        describe(operation);
        revision = operation.revision();
        long before = previous == null ? 0 : previous.bodyBytes() + previous.envelopeBytes();
        if (operation.type() == RecordType.REMOVE) {
            liveCount -= existed ? 1 : 0;
            liveBytes -= before;
        } else {
            liveCount += existed ? 0 : 1;
            liveBytes += operation.bodyBytes() + operation.envelopeBytes() - before;
        }
    }

    /** Sets the counts, when a log that was loaded has counted its messages itself. */
    public void counted(long messages, long bytes) {
        liveCount = messages;
        liveBytes = bytes;
    }

    /** The chain with everything pending folded in: 32 bytes. */
    public byte[] digest() {
        if (pending.position() == 0) {
            return chain.clone();
        }
        MessageDigest fold = sha != null ? sha : sha256();
        sha = fold;
        fold.reset(); // should memory have run out half way through the last time
        fold.update(chain);
        fold.update(pending.array(), 0, pending.position());
        return fold.digest();
    }

    /** The encoding drawn above, as a fresh buffer. */
    public ByteBuffer encode() {
        ByteBuffer out = ByteBuffer.allocate(FIXED_BYTES + pending.position()).order(ByteOrder.LITTLE_ENDIAN);
        out.put(SHA_256)
                .put((byte) 0)
                .putShort((short) (pending.position() / DESCRIPTOR_BYTES))
                .putInt(0);
        out.putLong(revision).putLong(liveCount).putLong(liveBytes).put(chain);
        out.put(pending.duplicate().flip());
        return out.flip();
    }

    /** Reads an encoding at the buffer's position, which does not move; null if it is not one. */
    public static @Nullable Head decode(ByteBuffer source) {
        ByteBuffer in = source.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        if (in.remaining() < FIXED_BYTES || in.get() != SHA_256) {
            return null;
        }
        in.get();
        int descriptors = in.getShort() & 0xffff;
        in.getInt();
        Head head = new Head();
        head.revision = in.getLong();
        head.liveCount = in.getLong();
        head.liveBytes = in.getLong();
        in.get(head.chain);
        if (descriptors > FOLD || in.remaining() < descriptors * DESCRIPTOR_BYTES) {
            return null;
        }
        in.limit(in.position() + descriptors * DESCRIPTOR_BYTES);
        head.pending.put(in);
        return head;
    }

    private void describe(RecordHeader operation) {
        pending.put(operation.type()).put((byte) 0).putShort((short) operation.log());
        pending.putInt(operation.envelopeBytes()).putLong(operation.revision()).putLong(operation.birthRevision());
        pending.putLong(Long.reverseBytes(operation.id().high()));
        pending.putLong(Long.reverseBytes(operation.id().low()));
        pending.putInt((int) operation.bodyBytes()).putInt(operation.info().bodyCrc());
        pending.putInt(operation.extensions().envelopeCrc()).putInt(0).putLong(operation.storedAtMillis());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
