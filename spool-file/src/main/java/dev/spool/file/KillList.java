package dev.spool.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Dead records of one segment, kept until its life is over: {@code u64 life | u32 count | u8 by copy | 3 bytes 0 | count times u32
 * offset}. This is what compaction turns killers into, at four bytes each.
 */
final class KillList {

    /** Offsets in one list at the most, so that a list is a record of moderate size. */
    static final int MAX = 2048;

    static final int FIXED_BYTES = 16;
    static final int OFFSET_BYTES = 4;

    private final long life;
    private final boolean byCopy;
    private final int[] offsets;

    /**
     * @param life of the segment that holds the dead records
     * @param byCopy whether they are dead because they were copied, not by an operation
     * @param offsets of the dead records; not copied
     */
    KillList(long life, boolean byCopy, int[] offsets) {
        this.life = life;
        this.byCopy = byCopy;
        this.offsets = offsets;
    }

    long life() {
        return life;
    }

    boolean byCopy() {
        return byCopy;
    }

    int[] offsets() {
        return offsets;
    }

    ByteBuffer encode() {
        ByteBuffer out =
                ByteBuffer.allocate(FIXED_BYTES + OFFSET_BYTES * offsets.length).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(life).putInt(offsets.length).putInt(byCopy ? 1 : 0);
        for (int offset : offsets) {
            out.putInt(offset);
        }
        return out.flip();
    }

    static @Nullable KillList decode(ByteBuffer source) {
        ByteBuffer in = source.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        if (in.remaining() < FIXED_BYTES) {
            return null;
        }
        long life = in.getLong();
        int count = in.getInt();
        boolean byCopy = (in.getInt() & 1) != 0;
        if (count < 0 || count > MAX || in.remaining() < OFFSET_BYTES * count) {
            return null;
        }
        int[] offsets = new int[count];
        in.asIntBuffer().get(offsets);
        return new KillList(life, byCopy, offsets);
    }
}
