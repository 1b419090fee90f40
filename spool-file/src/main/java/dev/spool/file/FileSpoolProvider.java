package dev.spool.file;

import dev.spool.engine.EngineProvider;

/** Opens spools of the file backend; found by {@link java.util.ServiceLoader} under the name {@code file}. */
public final class FileSpoolProvider extends EngineProvider {

    public FileSpoolProvider() {
        super(new FileBackendFactory());
    }
}
