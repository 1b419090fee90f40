package dev.spool.file;

import dev.spool.engine.record.Extensions;
import dev.spool.engine.spi.Head;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which segments of a log live, and where the void ones were cut: the payload of a ROLL record, kept up to date by the SEGMENT
 * and RETIRE records after it. So a segment that is missing, or one of an earlier life that was copied back, is found.
 *
 * <p>Encoded: {@code u64 last life given out | u64 next revision | u32 head bytes | u32 living | head | living entries}, each
 * entry 48 bytes: {@code u64 life | u64 salt | u32 slot | u32 size | u8 stream | u8 sealed | u8 cut | u8 0 | u32 end of its
 * batches | u64 last batch | u64 0}. A segment that is neither sealed nor cut is still being written: its end is not known, and the last
 * batch is one known to be durable.
 */
final class Catalogue {

    private static final int FIXED_BYTES = 24;
    static final int ENTRY_BYTES = 48;

    private final Map<Long, Living> living = new TreeMap<>();
    private long lastLife;

    /**
     * A living segment.
     *
     * @param end where its last batch ends, if it is sealed or cut
     * @param lastBatch number of that batch, 0 if there is none
     */
    record Living(
            long life,
            long salt,
            int slot,
            int sizeBytes,
            Stream stream,
            boolean sealed,
            boolean cut,
            int end,
            long lastBatch) {

        ByteBuffer encode() {
            ByteBuffer out = ByteBuffer.allocate(ENTRY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            out.putLong(life).putLong(salt).putInt(slot).putInt(sizeBytes);
            out.put(stream.code())
                    .put((byte) (sealed ? 1 : 0))
                    .put((byte) (cut ? 1 : 0))
                    .put((byte) 0);
            out.putInt(end).putLong(lastBatch).putLong(0);
            return out.flip();
        }

        /** The entry as an extension, so that it stands wherever its record's header does. */
        Extensions.Own extension() {
            return new Extensions.Own(Links.SEGMENT, encode());
        }

        /** The entry in the extensions of a SEGMENT record; null if there is none. */
        static @Nullable Living of(Extensions extensions) {
            ByteBuffer value = extensions.own(Links.SEGMENT);
            return value == null ? null : decode(value);
        }

        static @Nullable Living decode(ByteBuffer source) {
            ByteBuffer in = source.duplicate().order(ByteOrder.LITTLE_ENDIAN);
            Stream stream = in.remaining() < ENTRY_BYTES ? null : Stream.of(in.get(in.position() + 24));
            if (stream == null) {
                return null;
            }
            in = in.slice().order(ByteOrder.LITTLE_ENDIAN);
            return new Living(
                    in.getLong(0),
                    in.getLong(8),
                    in.getInt(16),
                    in.getInt(20),
                    stream,
                    in.get(25) != 0,
                    in.get(26) != 0,
                    in.getInt(28),
                    in.getLong(32));
        }
    }

    Catalogue() {}

    Iterable<Living> living() {
        return living.values();
    }

    int size() {
        return living.size();
    }

    @Nullable
    Living of(long life) {
        return living.get(life);
    }

    void put(Living entry) {
        living.put(entry.life(), entry);
        lastLife = Math.max(lastLife, entry.life());
    }

    void remove(long life) {
        living.remove(life);
    }

    /** The highest life ever given out. */
    long lastLife() {
        return lastLife;
    }

    void lastLife(long life) {
        lastLife = Math.max(lastLife, life);
    }

    /** The payload of a ROLL record. */
    ByteBuffer encode(Head head, long nextRevision) {
        ByteBuffer encodedHead = head.encode();
        ByteBuffer out = ByteBuffer.allocate(FIXED_BYTES + encodedHead.remaining() + ENTRY_BYTES * living.size())
                .order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(lastLife)
                .putLong(nextRevision)
                .putInt(encodedHead.remaining())
                .putInt(living.size());
        out.put(encodedHead);
        living.values().forEach(entry -> out.put(entry.encode()));
        return out.flip();
    }

    /** A decoded ROLL record. */
    record Roll(Catalogue catalogue, Head head, long nextRevision) {}

    static @Nullable Roll decode(ByteBuffer source) {
        ByteBuffer in = source.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        if (in.remaining() < FIXED_BYTES) {
            return null;
        }
        Catalogue catalogue = new Catalogue();
        catalogue.lastLife = in.getLong();
        long nextRevision = in.getLong();
        int headBytes = in.getInt();
        int entries = in.getInt();
        if (headBytes < 0 || entries < 0 || in.remaining() < headBytes + (long) entries * ENTRY_BYTES) {
            return null;
        }
        Head head = Head.decode(in.slice(in.position(), headBytes));
        in.position(in.position() + headBytes);
        for (int i = 0; i < entries; i++) {
            Living entry = Living.decode(in);
            if (entry == null) {
                return null;
            }
            catalogue.put(entry);
            in.position(in.position() + ENTRY_BYTES);
        }
        return head == null ? null : new Roll(catalogue, head, nextRevision);
    }
}
