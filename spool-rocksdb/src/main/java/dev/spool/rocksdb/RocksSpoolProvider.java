package dev.spool.rocksdb;

import dev.spool.engine.EngineProvider;

/** Opens spools of the RocksDB backend; found by {@link java.util.ServiceLoader} under the name {@code rocksdb}. */
public final class RocksSpoolProvider extends EngineProvider {

    public RocksSpoolProvider() {
        super(new RocksBackendFactory());
    }
}
