package dev.spool.testkit.memory;

import dev.spool.SpoolProvider;
import dev.spool.testkit.model.SpoolModelProperties;

class MemorySpoolModelPropertyTest extends SpoolModelProperties {

    private final SpoolProvider provider = new MemorySpoolProvider();

    @Override
    protected SpoolProvider provider() {
        return provider;
    }
}
