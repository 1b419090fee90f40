package dev.spool.engine;

import dev.spool.LookAhead;
import dev.spool.SpoolException;
import dev.spool.SpoolOptions;
import dev.spool.Takeover;
import dev.spool.engine.spi.BackendLookAhead;

/** What a backend reads ahead, and the takeover that it is read for. */
final class EngineLookAhead implements LookAhead {

    private final SpoolOpener opener;
    private final SpoolOptions options;
    private final BackendLookAhead backend;

    EngineLookAhead(SpoolOpener opener, SpoolOptions options, BackendLookAhead backend) {
        this.opener = opener;
        this.options = options;
        this.backend = backend;
    }

    @Override
    public void refresh() throws SpoolException {
        backend.refresh();
    }

    @Override
    public Takeover takeOver() throws SpoolException {
        return opener.takeOver(options, new EngineThreads(), backend);
    }
}
