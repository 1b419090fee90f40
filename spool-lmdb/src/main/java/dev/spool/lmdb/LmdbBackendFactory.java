package dev.spool.lmdb;

import dev.spool.CheckReport;
import dev.spool.Finding;
import dev.spool.SpoolException;
import dev.spool.engine.io.Disk;
import dev.spool.engine.spi.Backend;
import dev.spool.engine.spi.BackendContext;
import dev.spool.engine.spi.BackendFactory;
import dev.spool.engine.spi.ReadOnlyBackend;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** The LMDB backend as the engine finds it. */
final class LmdbBackendFactory implements BackendFactory {

    @Override
    public String name() {
        return "lmdb";
    }

    @Override
    public int formatVersion() {
        return OriginFile.FORMAT;
    }

    /** What was stored is in the map, which is the system's page cache: another copy of it would cost each store more than it saves. */
    @Override
    public boolean cachesOnStore() {
        return false;
    }

    @Override
    public Backend open(BackendContext context) throws SpoolException {
        return LmdbBackend.open(context);
    }

    @Override
    public ReadOnlyBackend openReadOnly(ReadOnlyContext context) throws SpoolException {
        return LmdbReadOnlyBackend.open(context);
    }

    @Override
    public CheckReport check(ReadOnlyContext context, Consumer<Finding> findings) throws SpoolException {
        return LogCheck.all(context.disk(), context.directory(), context.shards(), Provenance.of(context), findings);
    }

    @Override
    public CheckReport repair(BackendContext context, Consumer<Finding> findings) throws SpoolException {
        return new LmdbRepair(context, findings).run();
    }

    @Override
    public Optional<Origin> identify(Disk disk, Path directory) throws SpoolException {
        OriginFile known = OriginFile.read(disk, directory);
        return known == null ? Optional.empty() : Optional.of(new Origin(known.storeId(), known.shards()));
    }

    @Override
    public long highestEpoch(Disk disk, Path directory) throws SpoolException {
        OriginFile known = OriginFile.read(disk, directory);
        return known == null ? 0 : known.epoch();
    }
}
