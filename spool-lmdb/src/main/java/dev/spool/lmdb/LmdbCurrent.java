package dev.spool.lmdb;

import dev.spool.engine.spi.Current;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A version that an operation is about to replace or remove, with the bytes that the catalogue holds of it. */
final class LmdbCurrent extends Current {

    private final byte @Nullable [] catalogued;

    /** @param catalogued null if the catalogue has lost it */
    LmdbCurrent(@Nullable CatalogueEntry entry, byte @Nullable [] catalogued) {
        super(entry == null ? null : entry.header().info());
        this.catalogued = catalogued;
    }

    boolean isStill(byte @Nullable [] now) {
        return Arrays.equals(catalogued, now);
    }
}
