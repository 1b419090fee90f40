package dev.spool.lmdb;

import dev.spool.SpoolProvider;
import dev.spool.testkit.model.SpoolModelProperties;

/** Random operations on the LMDB backend, held against a map. */
class LmdbModelPropertyTest extends SpoolModelProperties {

    @Override
    public SpoolProvider provider() {
        return new LmdbSpoolProvider();
    }
}
