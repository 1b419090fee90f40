package dev.spool.file;

/**
 * Where a record stands, packed into a long: {@code slot (22 bits) | offset / 8 (23 bits) | length / 8 (19 bits)}. A slot is the
 * number of a segment file; offset and length are in bytes, the length that of the whole record rounded up to 8. Zero is no
 * location: offset 0 holds a segment's header.
 */
final class Location {

    static final long NONE = 0;

    /** Largest record. */
    static final int MAX_RECORD_BYTES = ((1 << 19) - 1) * 8;

    /** Largest slot. */
    static final int MAX_SLOT = (1 << 22) - 1;

    private Location() {}

    static long of(int slot, int offset, int recordBytes) {
        assert slot >= 0 && slot <= MAX_SLOT && offset > 0 && (offset & 7) == 0 : slot + " " + offset;
        assert recordBytes > 0 && recordBytes <= MAX_RECORD_BYTES : recordBytes;
        return ((long) slot << 42) | ((long) (offset >>> 3) << 19) | (Blocks.align8(recordBytes) >>> 3);
    }

    static int slot(long location) {
        return (int) (location >>> 42);
    }

    static int offset(long location) {
        return (int) (location >>> 19 & 0x7f_ffff) << 3;
    }

    static int length(long location) {
        return (int) (location & 0x7_ffff) << 3;
    }
}
