package dev.spool.lmdb;

import dev.spool.SpoolException;
import java.util.BitSet;

/** Which pages of a file are in use, or free: no page is both, or either of them twice. */
final class PageUses {

    private final BitSet known = new BitSet();

    boolean isKnown(long page) {
        return known.get(Math.toIntExact(page));
    }

    /** @throws dev.spool.SpoolCorruptException if one of these pages is known already */
    void use(PageFile file, long first, int count) throws SpoolException {
        for (long page = first; page < first + count; page++) {
            if (known.get(Math.toIntExact(page))) {
                throw file.damaged(page, "it is in use twice, or free and in use");
            }
            known.set(Math.toIntExact(page));
        }
    }
}
