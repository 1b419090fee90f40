package dev.spool.testkit.memory;

import dev.spool.engine.EngineProvider;

/**
 * Spools whose messages are in memory and whose directories, with identity, lock and epoch, are real. They can be closed and
 * opened again as long as this provider lives; another provider finds them empty.
 */
public final class MemorySpoolProvider extends EngineProvider {

    public MemorySpoolProvider() {
        super(new MemoryBackendFactory());
    }
}
