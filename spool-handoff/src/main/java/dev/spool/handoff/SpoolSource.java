package dev.spool.handoff;

import dev.spool.LookAhead;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import dev.spool.Takeover;
import java.nio.file.Path;

/** Which spool, and how it is opened. */
public record SpoolSource(SpoolProvider provider, Path directory, SpoolOptions options) {

    Spool open() throws SpoolException {
        return provider.open(directory, options);
    }

    LookAhead lookAhead() throws SpoolException {
        return provider.lookAhead(directory, options);
    }

    Takeover takeOver() throws SpoolException {
        return provider.takeOver(directory, options);
    }
}
