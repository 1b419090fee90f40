package dev.spool.file;

import dev.spool.engine.EngineProvider;

/** Finds the file backend by {@link java.util.ServiceLoader}: a spool in log files of its own, named {@code file}. */
public final class FileSpoolProvider extends EngineProvider {

    public FileSpoolProvider() {
        super(new FileBackendFactory());
    }
}
