package dev.spool.engine;

import dev.spool.Drainable;
import dev.spool.Durability;
import dev.spool.SpoolException;
import dev.spool.SpoolMetrics;
import dev.spool.SpoolOptions;
import dev.spool.SpoolStats;
import dev.spool.engine.io.Disk;
import dev.spool.engine.io.EngineClock;
import dev.spool.engine.spi.Backend;
import dev.spool.engine.spi.BackendContext;
import dev.spool.engine.spi.BackendFactory;
import dev.spool.engine.spi.Head;
import dev.spool.engine.spi.LogStore;
import dev.spool.engine.spi.MaintenanceStep;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an open engine and how they hang together: built without a thread, so that the same parts are driven by threads or
 * by a simulation.
 */
final class EngineCore {

    private final BackendFactory factory;
    private final Ownership ownership;
    private final SpoolOptions options;
    private final EngineRunner runner;
    private final EngineContext context;
    private final Backend backend;
    private final LaneServices services;
    private final ReadGate gate = new ReadGate();
    private final List<CommitLane> lanes = new ArrayList<>();
    private final List<MaintenanceLoop> maintenance = new ArrayList<>();
    private final CompactionRequests compactions;
    private final MaintenanceLoop compacting;
    private final Submitter submitter;
    private final MessageReads reads;
    private final Watchdog watchdog;
    private volatile @Nullable SpoolStats lastStats;

    /** Opens the backend, which recovers, and builds the engine over it. */
    EngineCore(
            BackendFactory factory,
            Ownership ownership,
            Disk disk,
            EngineClock clock,
            SpoolOptions options,
            EngineRunner runner)
            throws SpoolException {
        this(factory, factory::open, ownership, disk, clock, options, runner);
    }

    /** How the backend is opened. */
    interface BackendOpening {
        Backend open(BackendContext context) throws SpoolException;
    }

    /** As above, opening the backend in a way of its own. */
    EngineCore(
            BackendFactory factory,
            BackendOpening opening,
            Ownership ownership,
            Disk disk,
            EngineClock clock,
            SpoolOptions options,
            EngineRunner runner)
            throws SpoolException {
        this.factory = factory;
        this.ownership = ownership;
        this.options = options;
        this.runner = runner;
        EngineMetrics metrics = new EngineMetrics(options.metrics().orElse((SpoolMetrics) null));
        HealthMonitor health = new HealthMonitor(clock, metrics, options.probePeriod());
        this.context = new EngineContext(ownership, disk, clock, options, health);
        this.backend = opening.open(context);
        Completions completions = new Completions(
                clock, metrics, runner.callbacks(), options.callbackExecutor().orElse(null), runner.pump());
        this.services = services(options, clock, completions, health, metrics);
        List<? extends LogStore> logs = backend.logs();
        long[] revisionsAtOpen = new long[logs.size()];
        for (int i = 0; i < logs.size(); i++) {
            revisionsAtOpen[i] = logs.get(i).nextRevision();
            lanes.add(new CommitLane(i, logs.get(i), services));
        }
        this.compactions = new CompactionRequests(backend, completions);
        for (MaintenanceStep step : backend.maintenance()) {
            maintenance.add(new MaintenanceLoop(step, clock, completions));
        }
        this.compacting = new MaintenanceLoop(compactions, clock, completions);
        maintenance.add(compacting);
        this.submitter = new Submitter(services, lanes, logs, gate);
        this.reads = new MessageReads(
                logs, revisionsAtOpen, services.world().cache(), gate, metrics, clock, health.damage());
        this.watchdog = new Watchdog(lanes, services, backend::space, this::stats);
        if (options.durability() == Durability.DEFERRED) {
            services.stager().onStarving(() -> lanes.forEach(CommitLane::roomIsShort));
        }
        submitter.maxMessageBytes(backend.usage().maxMessageBytes());
        context.connect(lanes, () -> maintenance.forEach(MaintenanceLoop::wake));
    }

    private LaneServices services(
            SpoolOptions of, EngineClock clock, Completions completions, HealthMonitor health, EngineMetrics metrics) {
        // The other half is for the backend's own caches.
        MessageCache cache =
                new MessageCache(of.memoryBudgetBytes() / 2, of.cacheOnStore().orElse(factory.cachesOnStore()));
        Stager[] stager = new Stager[1];
        StagingPool pool = new StagingPool(of.maxInFlightBytes(), () -> stager[0].roomCameFree());
        stager[0] = new Stager(pool, completions);
        return new LaneServices(
                of,
                clock,
                pool,
                stager[0],
                completions,
                health,
                metrics,
                new LaneServices.LaneWorld(
                        new Admission(health),
                        ownership,
                        () -> maintenance.forEach(MaintenanceLoop::halt),
                        backend::space,
                        cache));
    }

    Ownership ownership() {
        return ownership;
    }

    EngineContext context() {
        return context;
    }

    SpoolOptions options() {
        return options;
    }

    EngineRunner runner() {
        return runner;
    }

    Backend backend() {
        return backend;
    }

    EngineClock clock() {
        return services.clock();
    }

    HealthMonitor health() {
        return services.health();
    }

    Completions completions() {
        return services.completions();
    }

    Stager stager() {
        return services.stager();
    }

    ReadGate gate() {
        return gate;
    }

    List<CommitLane> lanes() {
        return lanes;
    }

    List<MaintenanceLoop> maintenance() {
        return maintenance;
    }

    CompactionRequests compactions() {
        return compactions;
    }

    Submitter submitter() {
        return submitter;
    }

    MessageReads reads() {
        return reads;
    }

    Watchdog watchdog() {
        return watchdog;
    }

    List<Drainable.LogRevision> lastRevisions() {
        List<Drainable.LogRevision> revisions = new ArrayList<>(lanes.size());
        for (CommitLane lane : lanes) {
            revisions.add(new Drainable.LogRevision(lane.shard(), lane.head().revision()));
        }
        return revisions;
    }

    /** Flushes, then compacts until nothing is left to gain. */
    @SuppressWarnings("FutureReturnValueIgnored") // what fails goes into the result
    CompletableFuture<@Nullable Void> compact() {
        CompletableFuture<@Nullable Void> result = new CompletableFuture<>();
        List<CompletableFuture<?>> flushes = new ArrayList<>();
        for (CommitLane lane : lanes) {
            LaneControl flush = new LaneControl(LaneControl.Kind.FLUSH);
            lane.submit(flush);
            flushes.add(flush.done);
        }
        CompletableFuture.allOf(flushes.toArray(CompletableFuture<?>[]::new)).whenComplete((done, failure) -> {
            if (failure == null) {
                compactions.add(result);
                compacting.wake();
            } else {
                Throwable cause = failure.getCause() == null ? failure : failure.getCause();
                completions().callback(() -> result.completeExceptionally(cause));
            }
        });
        return result;
    }

    /** Waits for a future that the engine's own threads or steps complete. */
    <T extends @Nullable Object> T await(CompletableFuture<T> future) throws SpoolException {
        try {
            return await(future, Long.MAX_VALUE);
        } catch (TimeoutException e) {
            throw new IllegalStateException("nothing is left to do, but what is waited for has not come", e);
        }
    }

    /** @throws TimeoutException after {@code nanos}; without threads also when there is nothing left to do */
    <T extends @Nullable Object> T await(CompletableFuture<T> future, long nanos)
            throws SpoolException, TimeoutException {
        Completions.Pump pump = runner.pump();
        if (pump != null) {
            long start = clock().nanoTime();
            while (!future.isDone()) {
                if (clock().nanoTime() - start > nanos || !pump.turn()) {
                    throw new TimeoutException("not done within " + nanos + " ns");
                }
            }
        }
        return Waiting.forResult(future, nanos);
    }

    /** Keeps the present {@link #stats} as the last ones, for when the backend is closed. */
    void rememberStats() {
        lastStats = currentStats();
    }

    /** Counts and sizes as of now; in memory only. Any thread. */
    SpoolStats stats() {
        SpoolStats afterClose = lastStats;
        return afterClose == null ? currentStats() : afterClose;
    }

    private SpoolStats currentStats() {
        Backend.Usage usage = backend.usage();
        submitter.maxMessageBytes(usage.maxMessageBytes());
        List<Head> heads = new ArrayList<>(lanes.size());
        lanes.forEach(lane -> heads.add(lane.head()));
        return StatsReport.of(
                factory,
                ownership.storeId(),
                heads,
                usage,
                new StatsReport.EngineUse(
                        services.pool().inFlightBytes(),
                        services.world().cache().bytes(),
                        submitter.maxMessageBytes(),
                        submitter.maxEnvelopeBytes()));
    }

    /** Drops caches; returns the bytes saved. */
    long adviseLowMemory() {
        int reader = gate.enter();
        try {
            return services.world().cache().clear() + services.pool().trim() + backend.adviseLowMemory();
        } finally {
            gate.leave(reader);
        }
    }
}
