package dev.spool.rocksdb;

import dev.spool.SpoolProvider;
import dev.spool.testkit.model.SpoolModelProperties;

/** Random operations on the RocksDB backend, held against a map. */
class RocksModelPropertyTest extends SpoolModelProperties {

    @Override
    public SpoolProvider provider() {
        return new RocksSpoolProvider();
    }
}
