package dev.spool.engine;

import dev.spool.Fingerprint;
import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.SpoolOptions;
import dev.spool.SpoolReader;
import dev.spool.engine.directory.Evidence;
import dev.spool.engine.directory.Format;
import dev.spool.engine.directory.HeldDirectory;
import dev.spool.engine.directory.Identity;
import dev.spool.engine.directory.IdentityFile;
import dev.spool.engine.directory.Inspection;
import dev.spool.engine.directory.Layout;
import dev.spool.engine.directory.Site;
import dev.spool.engine.directory.SpoolDirectory;
import dev.spool.engine.io.Disk;
import dev.spool.engine.spi.BackendFactory;
import dev.spool.engine.spi.BackendLookAhead;
import dev.spool.engine.spi.LogScan;
import dev.spool.engine.spi.LogStore;
import dev.spool.engine.spi.SealedLog;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Opens the spools of one backend at one site. */
final class SpoolOpener {

    private static final System.Logger LOG = System.getLogger(SpoolOpener.class.getName());

    private final BackendFactory factory;
    private final Site site;

    SpoolOpener(BackendFactory factory, Site site) {
        this.factory = factory;
        this.site = site;
    }

    /**
     * Takes the directory, in the caller's thread so that it is named as the holder, and recovers and starts the engine on a
     * thread of {@code runner}.
     */
    EngineSpool open(SpoolOptions options, EngineRunner runner) throws SpoolException {
        SpoolDirectory directory = SpoolDirectory.open(site, Format.of(factory), options, evidence());
        boolean opened = false;
        try {
            EngineSpool spool = runner.call("spool-open", () -> open(directory, factory::open, options, runner));
            opened = true;
            return spool;
        } finally {
            if (!opened) {
                runner.stop();
                directory.abandon();
            }
        }
    }

    /** Takes the lock and looks, as {@link EngineTakeover} says. */
    EngineTakeover takeOver(SpoolOptions options, EngineRunner runner, BackendLookAhead ahead) throws SpoolException {
        HeldDirectory held = SpoolDirectory.hold(site, Format.of(factory), options, evidence());
        boolean prepared = false;
        try {
            EngineTakeover takeover =
                    runner.call("spool-take", () -> EngineTakeover.prepare(this, held, options, runner, ahead));
            prepared = true;
            return takeover;
        } finally {
            if (!prepared) {
                runner.stop();
                held.close();
            }
        }
    }

    /** Begins to read ahead, beside the owner. */
    EngineLookAhead lookAhead(SpoolOptions options) throws SpoolException {
        Known known = known(SpoolDirectory.inspect(site.disk(), site.directory()));
        return new EngineLookAhead(this, options, factory.lookAhead(context(known, options)));
    }

    /** Recovers and starts the engine over a directory that is owned. On a thread of the engine's. */
    EngineSpool open(
            SpoolDirectory directory, EngineCore.BackendOpening opening, SpoolOptions options, EngineRunner runner)
            throws SpoolException {
        EngineCore core = new EngineCore(
                factory, opening, new DirectoryOwnership(directory), site.disk(), site.clock(), options, runner);
        directory.damage().forEach(core.context()::damaged);
        compareFingerprint(core);
        LOG.log(
                Level.INFO,
                "opened {0}: backend {1}, store {2}, epoch {3}, {4} messages; predecessor: {5}",
                site.directory(),
                factory.name(),
                directory.identity().storeId(),
                directory.epoch(),
                core.stats().entries(),
                directory.predecessor());
        EngineSpool spool = new EngineSpool(core);
        runner.start(core);
        return spool;
    }

    /** A spool that was released under a fingerprint must have it still. */
    private void compareFingerprint(EngineCore core) {
        Fingerprint recorded =
                core.ownership().cleanlyReleased() ? core.ownership().lastFingerprint() : null;
        if (recorded == null) {
            return;
        }
        List<SealedLog> sealed = new ArrayList<>();
        for (LogStore log : core.backend().logs()) {
            SealedLog known = log.sealedAtOpen();
            if (known == null) {
                return; // the backend has reported what keeps it from telling
            }
            sealed.add(known);
        }
        Fingerprint found = Fingerprints.of(sealed);
        if (!found.equals(recorded)) {
            core.context()
                    .damaged(new LogScan.Damage(
                            site.directory().resolve(Layout.OWNER).toString(),
                            "the spool was released with fingerprint " + recorded + " and has " + found
                                    + " now: files were changed, lost or put back in between"));
        }
    }

    SpoolReader openReadOnly(SpoolOptions options) throws SpoolException {
        Known known = known(SpoolDirectory.inspect(site.disk(), site.directory()));
        return new EngineReader(
                factory, factory.openReadOnly(context(known, options)), known.storeId(), options, site.clock());
    }

    BackendFactory.ReadOnlyContext context(Known known, SpoolOptions options) {
        return new BackendFactory.ReadOnlyContext(
                site.directory(),
                site.disk(),
                site.clock(),
                options,
                known.storeId(),
                known.shards(),
                () -> SpoolDirectory.inspect(site.disk(), site.directory()).noteOf(known.storeId()));
    }

    /** What is needed to read a spool. */
    record Known(Inspection inspection, UUID storeId, int shards) {}

    /**
     * Which spool the directory holds, by its identity or what is left of it.
     *
     * @throws SpoolIoException if there is none, or another backend's
     */
    Known known(Inspection inspection) throws SpoolException {
        IdentityFile.Found found = inspection.identity();
        Identity identity = found.identity();
        if (found.state() == IdentityFile.State.ABSENT) {
            throw new SpoolIoException("there is no spool in " + site.directory() + "; name the directory of one");
        }
        Optional<BackendFactory.Origin> told =
                found.why().isEmpty() ? Optional.empty() : factory.identify(site.disk(), site.directory());
        boolean counts = found.state() == IdentityFile.State.INTACT
                ? !found.isOfAnother(told)
                : identity != null && told.map(identity::agrees).orElse(true);
        if (identity != null && counts) {
            identity.requireReadable(site.directory(), Format.of(factory));
            return new Known(inspection, identity.storeId(), identity.shards());
        }
        BackendFactory.Origin origin = told.orElseThrow(() -> new SpoolCorruptException(
                null,
                site.directory().resolve(Layout.IDENTITY).toString(),
                found.why() + ", and the backend's files do not tell which spool this is"));
        return new Known(inspection, origin.storeId(), origin.shards());
    }

    Evidence evidence() {
        return new Evidence() {
            @Override
            public Optional<BackendFactory.Origin> identify(Disk disk, Path directory) throws SpoolException {
                return factory.identify(disk, directory);
            }

            @Override
            public long highestEpoch(Disk disk, Path directory) throws SpoolException {
                return factory.highestEpoch(disk, directory);
            }
        };
    }

    BackendFactory factory() {
        return factory;
    }

    Site site() {
        return site;
    }
}
