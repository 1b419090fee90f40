package dev.spool.testkit.memory;

import dev.spool.engine.spi.BackendFactory;
import dev.spool.testkit.model.CrashModelProperties;

class MemorySpoolCrashPropertyTest extends CrashModelProperties {

    @Override
    protected BackendFactory factory() {
        return new MemoryBackendFactory();
    }
}
