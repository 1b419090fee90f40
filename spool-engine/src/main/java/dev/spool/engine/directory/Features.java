package dev.spool.engine.directory;

/**
 * What a format uses beyond its base, one bit each, by what a version that does not know the bit may do.
 *
 * @param incompatible not even read
 * @param readOnlyCompatible read, but not write
 * @param compatible read and write
 */
public record Features(long incompatible, long readOnlyCompatible, long compatible) {

    public static final Features NONE = new Features(0, 0, 0);

    @Override
    public String toString() {
        return String.format(
                "incompatible %x, read-only-compatible %x, compatible %x",
                incompatible, readOnlyCompatible, compatible);
    }
}
