package dev.spool.file;

import dev.spool.SpoolProvider;
import dev.spool.testkit.model.SpoolModelProperties;

/** Random operations on the file backend, held against a map. */
class FileModelPropertyTest extends SpoolModelProperties {

    @Override
    public SpoolProvider provider() {
        return new FileSpoolProvider();
    }
}
