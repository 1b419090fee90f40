package dev.spool.lmdb;

import java.nio.ByteBuffer;

/**
 * Where a tree begins; what LMDB calls {@code MDB_db}, 48 bytes in the machine's byte order: {@code u32 | u16 flags | u16 depth |
 * u64 branch pages | u64 leaf pages | u64 overflow pages | u64 entries | u64 root page}, all ones for an empty tree.
 */
record TreeRoot(int flags, int depth, long entries, long page) {

    static final int BYTES = 48;

    /** Keys are numbers of the machine, as LMDB's own list of free pages has them. */
    static final int INTEGER_KEYS = 8;

    private static final long NO_PAGE = -1;

    static TreeRoot at(ByteBuffer in, int at) {
        return new TreeRoot(
                in.getShort(at + 4) & 0xffff, in.getShort(at + 6) & 0xffff, in.getLong(at + 32), in.getLong(at + 40));
    }

    boolean isEmpty() {
        return page == NO_PAGE;
    }
}
