package dev.spool.lmdb;

import dev.spool.engine.EngineProvider;

/** Opens spools of the LMDB backend; found by {@link java.util.ServiceLoader} under the name {@code lmdb}. */
public final class LmdbSpoolProvider extends EngineProvider {

    public LmdbSpoolProvider() {
        super(new LmdbBackendFactory());
    }
}
