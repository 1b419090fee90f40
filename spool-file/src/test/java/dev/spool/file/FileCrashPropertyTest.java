package dev.spool.file;

import dev.spool.engine.spi.BackendFactory;
import dev.spool.testkit.model.CrashModelProperties;

class FileCrashPropertyTest extends CrashModelProperties {

    @Override
    protected BackendFactory factory() {
        return new FileBackendFactory();
    }
}
