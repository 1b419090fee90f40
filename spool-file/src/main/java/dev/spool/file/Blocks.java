package dev.spool.file;

/** The unit of layout: batches, directories and footers begin and end on 4 KiB blocks, so that none shares one with another. */
final class Blocks {

    static final int BYTES = 4096;

    private Blocks() {}

    /** The smallest multiple of a block that is not below {@code bytes}. */
    static int roundUp(int bytes) {
        return (bytes + BYTES - 1) & -BYTES;
    }

    /** The smallest multiple of 8 that is not below {@code bytes}: records and descriptors begin on those. */
    static int align8(int bytes) {
        return (bytes + 7) & ~7;
    }
}
