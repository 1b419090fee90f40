package dev.spool.engine;

import dev.spool.Drainable.LogRevision;
import dev.spool.Drainable.SealReport;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolOptions;
import dev.spool.Takeover;
import dev.spool.engine.directory.HeldDirectory;
import dev.spool.engine.directory.Inspection;
import dev.spool.engine.directory.Owner;
import dev.spool.engine.directory.Predecessor;
import dev.spool.engine.directory.SpoolDirectory;
import dev.spool.engine.spi.BackendLookAhead;
import dev.spool.engine.spi.PreparedBackend;
import dev.spool.engine.spi.SealedLog;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A directory that is held, what a clean end left in it, and how it becomes an open spool.
 *
 * <p>What was read before the epoch was raised is used after only where a predecessor recorded its clean end and the lock has been
 * held ever since; else it is read again.
 */
final class EngineTakeover implements Takeover {

    private static final System.Logger LOG = System.getLogger(EngineTakeover.class.getName());

    private final SpoolOpener opener;
    private final HeldDirectory held;
    private final SpoolOptions options;
    private final EngineRunner runner;
    private final @Nullable PreparedBackend prepared;
    private boolean done;

    private EngineTakeover(
            SpoolOpener opener,
            HeldDirectory held,
            SpoolOptions options,
            EngineRunner runner,
            @Nullable PreparedBackend prepared) {
        this.opener = opener;
        this.held = held;
        this.options = options;
        this.runner = runner;
        this.prepared = prepared;
    }

    /** Tries a write, and reads what is there if it was released, as far as it was not read ahead. */
    static EngineTakeover prepare(
            SpoolOpener opener, HeldDirectory held, SpoolOptions options, EngineRunner runner, BackendLookAhead ahead)
            throws SpoolException {
        held.probe();
        Inspection inspection = held.inspect();
        boolean released = inspection
                .owner()
                .filter(owner -> owner.state() == Owner.State.RELEASED && owner.epoch() == inspection.epoch())
                .isPresent();
        PreparedBackend prepared = released ? ahead.prepare(opener.context(opener.known(inspection), options)) : null;
        return new EngineTakeover(opener, held, options, runner, prepared);
    }

    @Override
    public Optional<SealReport> found() {
        List<SealedLog> sealed = prepared == null ? List.of() : prepared.sealed();
        if (sealed.isEmpty()) {
            return Optional.empty();
        }
        List<LogRevision> revisions = sealed.stream()
                .map(log -> new LogRevision(log.log(), log.revision()))
                .toList();
        return Optional.of(new SealReport(revisions, Fingerprints.of(sealed)));
    }

    @Override
    public Spool open() throws SpoolException {
        if (done) {
            throw new IllegalStateException("this takeover was used or closed");
        }
        done = true;
        SpoolDirectory directory = null;
        boolean opened = false;
        try {
            SpoolDirectory owned = runner.call("spool-raise", held::own);
            directory = owned;
            EngineSpool spool = runner.call("spool-open", () -> open(owned));
            opened = true;
            return spool;
        } finally {
            if (!opened) {
                runner.stop();
                if (directory != null) {
                    directory.abandon();
                }
            }
        }
    }

    private EngineSpool open(SpoolDirectory directory) throws SpoolException {
        PreparedBackend read = prepared;
        if (read == null) {
            return opener.open(directory, opener.factory()::open, options, runner);
        }
        try (read) {
            // The note of a damaged epoch file is lost, and with it what makes the rest of what was read count.
            boolean counts = directory.predecessor() == Predecessor.RELEASED;
            return opener.open(directory, counts ? read::open : opener.factory()::open, options, runner);
        }
    }

    @Override
    public void close() throws SpoolException {
        if (done) {
            return;
        }
        done = true;
        runner.stop();
        try {
            if (prepared != null) {
                prepared.close();
            }
        } finally {
            held.close();
        }
        LOG.log(
                Level.INFO,
                "gave back {0} without having taken it over",
                opener.site().directory());
    }
}
