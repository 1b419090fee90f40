package dev.spool.lmdb;

import dev.spool.SpoolException;
import java.nio.ByteBuffer;

/**
 * A page of a tree, of which every length and offset has been verified: {@code u64 number | u16 | u16 flags | u16 end of the
 * offsets | u16 start of the nodes | u16 offset of each node ... nodes}.
 *
 * <p>A node is {@code u16 low, u16 high | u16 flags | u16 key bytes | key}; low and high, in a branch with the flags, are the number
 * of the child, and in a leaf the bytes of the value, which follows or, if it is large, stands on pages of its own.
 */
final class Page {

    static final int HEADER_BYTES = 16;
    static final int OVERFLOW = 4;

    private static final int BRANCH = 1;
    private static final int LEAF = 2;
    static final int KINDS = 0x6f;
    private static final int NODE_BYTES = 8;
    private static final int LARGE_VALUE = 1;
    private static final int ROOT_VALUE = 2;

    private final PageFile file;
    private final long number;
    private final ByteBuffer bytes;

    private Page(PageFile file, long number, ByteBuffer bytes) {
        this.file = file;
        this.number = number;
        this.bytes = bytes;
    }

    /** @throws dev.spool.SpoolCorruptException if this is not what a page of a tree looks like */
    static Page of(PageFile file, long number, ByteBuffer bytes) throws SpoolException {
        Page page = new Page(file, number, bytes);
        page.requireHeader();
        for (int i = 0; i < page.count(); i++) {
            page.requireNode(i);
        }
        return page;
    }

    static int kind(ByteBuffer page) {
        return page.getShort(10) & KINDS;
    }

    long number() {
        return number;
    }

    boolean isLeaf() {
        return kind(bytes) == LEAF;
    }

    int count() {
        return (lower() - HEADER_BYTES) / 2;
    }

    byte[] key(int i) {
        byte[] key = new byte[keyBytes(i)];
        bytes.get(node(i) + NODE_BYTES, key);
        return key;
    }

    /** Of a branch. */
    long child(int i) {
        return (dataBytes(i) & 0xffff_ffffL) | ((long) nodeFlags(i) << 32);
    }

    /** Of a leaf. */
    byte[] value(int i) throws SpoolException {
        if (isLarge(i)) {
            return file.overflow(overflowPage(i), dataBytes(i));
        }
        byte[] value = new byte[dataBytes(i)];
        bytes.get(node(i) + NODE_BYTES + keyBytes(i), value);
        return value;
    }

    /** Whether the value of a leaf's node stands on pages of its own. */
    boolean isLarge(int i) {
        return (nodeFlags(i) & LARGE_VALUE) != 0;
    }

    /** The first of those pages. */
    long overflowPage(int i) {
        return bytes.getLong(node(i) + NODE_BYTES + keyBytes(i));
    }

    int dataBytes(int i) {
        return (bytes.getShort(node(i)) & 0xffff) | ((bytes.getShort(node(i) + 2) & 0xffff) << 16);
    }

    private void requireHeader() throws SpoolException {
        if (bytes.getLong(0) != number) {
            throw file.damaged(number, "it says that it is page " + bytes.getLong(0));
        }
        int kind = kind(bytes);
        if (kind != BRANCH && kind != LEAF) {
            throw file.damaged(number, String.format("it should be a branch or a leaf, and its flags are %04x", kind));
        }
        int lower = lower();
        int upper = bytes.getShort(14) & 0xffff;
        if (lower < HEADER_BYTES + 2 || lower % 2 != 0 || lower > upper || upper > bytes.capacity()) {
            throw file.damaged(number, "its offsets would end at " + lower + " and its nodes begin at " + upper);
        }
    }

    private void requireNode(int i) throws SpoolException {
        int at = node(i);
        int upper = bytes.getShort(14) & 0xffff;
        boolean whole = at >= upper && at + NODE_BYTES <= bytes.capacity();
        if (whole) {
            long end = at + (long) NODE_BYTES + keyBytes(i);
            if (isLeaf()) {
                end += isLarge(i) ? Long.BYTES : Integer.toUnsignedLong(dataBytes(i));
                whole = dataBytes(i) >= 0 && (nodeFlags(i) & ~(LARGE_VALUE | ROOT_VALUE)) == 0;
            }
            whole &= end <= bytes.capacity();
        }
        if (!whole) {
            throw file.damaged(number, "its node " + i + " at " + at + " is not within it, or none of ours");
        }
    }

    private int lower() {
        return bytes.getShort(12) & 0xffff;
    }

    private int node(int i) {
        return bytes.getShort(HEADER_BYTES + 2 * i) & 0xffff;
    }

    private int keyBytes(int i) {
        return bytes.getShort(node(i) + 6) & 0xffff;
    }

    private int nodeFlags(int i) {
        return bytes.getShort(node(i) + 4) & 0xffff;
    }
}
