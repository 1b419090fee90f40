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
    private BackendLookAhead backend;

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
        BackendLookAhead read = backend;
        // Else whoever keeps this keeps what was read, also where it was of no use.
        backend = BackendLookAhead.none(opener.factory());
        return opener.takeOver(options, new EngineThreads(), read);
    }
}
