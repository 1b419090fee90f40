package dev.spool.engine.directory;

import dev.spool.engine.spi.BackendFactory;

/**
 * What a backend of this version writes and understands.
 *
 * @param backend its name
 * @param version the format that it writes; it reads that and all before
 * @param writes features of a spool that it makes
 * @param understands features that it knows
 */
public record Format(String backend, int version, Features writes, Features understands) {

    /** A format without features. */
    public Format(String backend, int version) {
        this(backend, version, Features.NONE, Features.NONE);
    }

    public static Format of(BackendFactory factory) {
        return new Format(factory.name(), factory.formatVersion());
    }

    @Override
    public String toString() {
        return backend + " version 1 to " + version + " with features " + understands;
    }
}
