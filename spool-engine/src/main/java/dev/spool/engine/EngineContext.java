package dev.spool.engine;

import dev.spool.SpoolException;
import dev.spool.SpoolOptions;
import dev.spool.engine.io.Disk;
import dev.spool.engine.io.EngineClock;
import dev.spool.engine.spi.BackendContext;
import dev.spool.engine.spi.LogScan;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What a backend sees of its engine. Before the lanes exist, during recovery, requests to them are of no use and dropped. */
final class EngineContext implements BackendContext {

    private final Ownership ownership;
    private final Disk disk;
    private final EngineClock clock;
    private final SpoolOptions options;
    private final HealthMonitor health;
    private volatile List<CommitLane> lanes = List.of();
    private volatile @Nullable Runnable maintenance;

    EngineContext(Ownership ownership, Disk disk, EngineClock clock, SpoolOptions options, HealthMonitor health) {
        this.ownership = ownership;
        this.disk = disk;
        this.clock = clock;
        this.options = GuardedMetrics.guarded(options);
        this.health = health;
    }

    void connect(List<CommitLane> opened, Runnable wakeMaintenance) {
        lanes = opened;
        maintenance = wakeMaintenance;
    }

    @Override
    public Path directory() {
        return ownership.directory();
    }

    @Override
    public Disk disk() {
        return disk;
    }

    @Override
    public EngineClock clock() {
        return clock;
    }

    @Override
    public SpoolOptions options() {
        return options;
    }

    @Override
    public UUID storeId() {
        return ownership.storeId();
    }

    @Override
    public int shards() {
        return ownership.shards();
    }

    @Override
    public long epoch() {
        return ownership.epoch();
    }

    @Override
    public boolean cleanlyReleased() {
        return ownership.cleanlyReleased();
    }

    @Override
    public boolean predecessorGone() {
        return ownership.predecessorGone();
    }

    @Override
    public ByteBuffer note() {
        return ownership.note();
    }

    @Override
    public void updateNote(UnaryOperator<ByteBuffer> change) throws SpoolException {
        ownership.updateNote(change);
    }

    @Override
    public void requestCommit(int log) {
        List<CommitLane> connected = lanes;
        if (log < connected.size()) {
            connected.get(log).requestCommit();
        }
    }

    @Override
    public void wakeMaintenance() {
        Runnable wake = maintenance;
        if (wake != null) {
            wake.run();
        }
    }

    @Override
    public void damaged(LogScan.Damage damage) {
        health.damage().met(null, damage.where(), damage.why());
    }
}
