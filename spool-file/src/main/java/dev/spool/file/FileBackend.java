package dev.spool.file;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolFullException;
import dev.spool.SpoolIoException;
import dev.spool.engine.spi.Backend;
import dev.spool.engine.spi.BackendContext;
import dev.spool.engine.spi.LogScan;
import dev.spool.engine.spi.MaintenanceStep;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

/** A spool in segment files of its own: one {@link FileLog} a shard, each with its {@link Compactor} and {@link Filler}. */
final class FileBackend implements Backend {

    private static final System.Logger LOG = System.getLogger(FileBackend.class.getName());

    private static final int ROOM_ROUNDS = 16;

    private final BackendContext context;
    private final List<FileLog> logs = new ArrayList<>();
    private final List<MaintenanceStep> maintenance = new ArrayList<>();
    private final List<Compactor> compactors = new ArrayList<>();
    private final SpaceGauge space;

    private FileBackend(BackendContext context) {
        this.context = context;
        this.space = new SpaceGauge(context);
    }

    /** Opens the spool, and recovers each log that was not sealed. */
    static FileBackend open(BackendContext context) throws SpoolException {
        return open(context, List.of());
    }

    /** As above, with logs that were loaded under the same lock; they are this store's from here on, whether this works or not. */
    static FileBackend open(BackendContext context, List<LoadedLog> loaded) throws SpoolException {
        FileBackend backend = new FileBackend(context);
        try {
            for (int number = 0; number < context.shards(); number++) {
                backend.makeDirectory(number);
                backend.openLog(
                        number,
                        loaded.isEmpty()
                                ? new LogLoader(
                                                context.disk(),
                                                context.directory(),
                                                number,
                                                context.storeId(),
                                                context.note())
                                        .load()
                                : loaded.get(number));
            }
        } catch (SpoolException | RuntimeException | Error e) {
            backend.abandon(e);
            throw e;
        }
        backend.maintenance.add(backend.space);
        return backend;
    }

    /** Lets go of the files of an open that has failed. */
    private void abandon(Throwable failure) {
        try {
            close();
        } catch (SpoolException | RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private void makeDirectory(int number) throws SpoolException {
        try {
            context.disk().createDirectories(SegmentFiles.directory(context.directory(), number));
        } catch (IOException e) {
            throw new SpoolIoException(
                    "creating " + SegmentFiles.directory(context.directory(), number) + " failed: " + e.getMessage(),
                    e);
        }
    }

    private void openLog(int number, LoadedLog loaded) throws SpoolException {
        loaded.lost().all().forEach(damage -> context.damaged(new LogScan.Damage(damage.where(), damage.why())));
        SegmentSupply supply = new SegmentSupply(context, number, loaded.files(), space);
        if (context.predecessorGone()) {
            loaded.files().fillGaps();
        } else {
            supply.leaveToPredecessor();
        }
        FileLog log = new FileLog(context, number, loaded, supply);
        logs.add(log);
        if (loaded.unclean()) {
            new LogRecovery(log, loaded).run();
        }
        Compactor compactor = new Compactor(context, number, log, supply, space);
        compactors.add(compactor);
        maintenance.add(compactor);
        maintenance.add(new Filler(context, number, loaded.files(), supply, space));
        space.watch(loaded.files());
        makeRoom(log, compactor);
    }

    /**
     * Frees what is dead in a full log before it is used: each recovery has left a segment, and a next one must find room for its
     * own.
     */
    private void makeRoom(FileLog log, Compactor compactor) throws SpoolException {
        int rounds = 0;
        try {
            while (space.of(log.files()) == Space.FULL && rounds < ROOM_ROUNDS && compactor.round()) {
                log.settle();
                rounds++;
            }
        } catch (SpoolCorruptException | SpoolFullException | SpoolIoException e) {
            LOG.log(Level.WARNING, "the spool is full, and no more room could be made at open: " + e.getMessage(), e);
        }
    }

    @Override
    public List<FileLog> logs() {
        return logs;
    }

    @Override
    public Usage usage() {
        long reclaimable = 0;
        long indexBytes = 0;
        long totalBytes = 0;
        long count = 0;
        for (FileLog log : logs) {
            totalBytes += log.files().totalBytes();
            count += log.files().all().size();
            reclaimable += log.files().reclaimableBytes();
            indexBytes += log.index().heapBytes() + log.files().heapBytes();
        }
        return new Usage(totalBytes, count, reclaimable, indexBytes, 0, space.maxMessageBytes());
    }

    @Override
    public Space space() {
        return space.space();
    }

    @Override
    public List<MaintenanceStep> maintenance() {
        return List.copyOf(maintenance);
    }

    @Override
    public boolean compactRound() throws SpoolException {
        boolean more = false;
        SpoolException failure = null;
        for (Compactor compactor : compactors) {
            try {
                more |= compactor.round();
            } catch (SpoolException e) {
                failure = failure == null ? e : failure; // the other shards come to their ends all the same
            }
        }
        if (failure != null && !more) {
            throw failure;
        }
        return more;
    }

    /** One round of evacuating condemned segments; true if there may be more. Repair only. */
    boolean evacuate() throws SpoolException {
        boolean more = false;
        for (Compactor compactor : compactors) {
            more |= compactor.evacuate();
        }
        return more;
    }

    @Override
    public long adviseLowMemory() {
        return 0;
    }

    @Override
    public void close() throws SpoolException {
        SpoolIoException failure = null;
        for (FileLog log : logs) {
            try {
                log.close();
            } catch (IOException e) {
                failure = failure != null
                        ? failure
                        : new SpoolIoException(
                                "closing the files of " + context.directory() + " failed: " + e.getMessage(), e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
