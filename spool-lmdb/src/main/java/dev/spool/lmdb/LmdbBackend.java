package dev.spool.lmdb;

import dev.spool.Durability;
import dev.spool.SpoolException;
import dev.spool.engine.spi.Backend;
import dev.spool.engine.spi.BackendContext;
import dev.spool.engine.spi.MaintenanceStep;
import java.util.ArrayList;
import java.util.List;

/** A spool in LMDB files: one {@link LmdbLog} a shard, each with its {@link Compactor}. */
final class LmdbBackend implements Backend {

    private static final System.Logger LOG = System.getLogger(LmdbBackend.class.getName());

    private final SpaceGauge space;
    private final List<LmdbLog> logs = new ArrayList<>();
    private final List<Compactor> compactors = new ArrayList<>();

    private LmdbBackend(SpaceGauge space) {
        this.space = space;
    }

    static LmdbBackend open(BackendContext context) throws SpoolException {
        NativeLibrary.load(context.options());
        SpaceGauge space = new SpaceGauge(context);
        LmdbBackend backend = new LmdbBackend(space);
        boolean opened = false;
        try {
            OriginFile known = OriginFile.read(context.disk(), context.directory());
            boolean isNew = known == null;
            Environment.Use use = context.options().durability() == Durability.DEFERRED
                    ? Environment.Use.WRITE_LAZILY
                    : Environment.Use.WRITE;
            for (int number = 0; number < context.shards(); number++) {
                OpenedLog log = new LogOpening(context, number, space, use).open(isNew);
                backend.add(context, number, log);
            }
            new OriginFile(context.storeId(), context.shards(), context.epoch())
                    .write(context.disk(), context.directory());
            space.step();
            opened = true;
            return backend;
        } finally {
            if (!opened) {
                backend.close();
            }
        }
    }

    private void add(BackendContext context, int number, OpenedLog opened) {
        LmdbLog log = new LmdbLog(context, number, opened, space);
        logs.add(log);
        compactors.add(new Compactor(context, log, space));
    }

    @Override
    public List<LmdbLog> logs() {
        return logs;
    }

    @Override
    public Usage usage() {
        long total = 0;
        long reclaimable = 0;
        for (LmdbLog log : logs) {
            total += space.measure(log.number()) + space.besideBytes(log.number());
            reclaimable += compactors.get(log.number()).reclaimableBytes();
        }
        return new Usage(total, 3L * logs.size(), reclaimable, 0, 0, space.maxMessageBytes());
    }

    @Override
    public Space space() {
        return space.space();
    }

    @Override
    public List<MaintenanceStep> maintenance() {
        return List.of(space);
    }

    @Override
    public boolean compactRound() throws SpoolException {
        boolean more = false;
        for (Compactor compactor : compactors) {
            more |= compactor.round();
        }
        return more;
    }

    /**
     * Maps the files anew. What was read of them is the system's page cache, which it takes back when it needs to, but counts as
     * memory of this process until then.
     */
    @Override
    public long adviseLowMemory() {
        long saved = 0;
        for (LmdbLog log : logs) {
            try {
                saved += log.file().dropMapped();
            } catch (SpoolException e) {
                LOG.log(System.Logger.Level.DEBUG, "the map stays", e);
            }
        }
        return saved;
    }

    @Override
    public void close() {
        logs.forEach(LmdbLog::close);
    }
}
