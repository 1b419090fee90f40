package dev.spool.file;

import java.util.Arrays;

/** The records that the killers of one segment name, in the order in which they were read. */
final class Killers {

    private long[] lives = new long[16];

    /** The complement of an offset tells that the record is dead because it was copied. */
    private int[] offsets = new int[16];

    private int count;
    private boolean sane = true;

    /** Takes what each killer names. */
    interface Visitor {
        void killed(long life, int offset, boolean byCopy);
    }

    /** These and then others. */
    Killers and(Killers more) {
        Killers all = new Killers();
        all.lives = Arrays.copyOf(lives, count + more.count + 1);
        all.offsets = Arrays.copyOf(offsets, count + more.count + 1);
        System.arraycopy(more.lives, 0, all.lives, count, more.count);
        System.arraycopy(more.offsets, 0, all.offsets, count, more.count);
        all.count = count + more.count;
        all.sane = sane && more.sane;
        return all;
    }

    void add(long life, int offset, boolean byCopy) {
        if (count == lives.length) {
            lives = Arrays.copyOf(lives, count * 2);
            offsets = Arrays.copyOf(offsets, count * 2);
        }
        lives[count] = life;
        sane &= offset >= 0;
        offsets[count++] = byCopy ? ~offset : offset;
    }

    /** Whether no negative offset was among them: no record has one, and {@link #forEach} would tell it wrong. */
    boolean sane() {
        return sane;
    }

    int count() {
        return count;
    }

    void forEach(Visitor visitor) {
        for (int i = 0; i < count; i++) {
            boolean byCopy = offsets[i] < 0;
            visitor.killed(lives[i], byCopy ? ~offsets[i] : offsets[i], byCopy);
        }
    }
}
