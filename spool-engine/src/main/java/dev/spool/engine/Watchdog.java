package dev.spool.engine;

import dev.spool.SpoolOptions;
import dev.spool.SpoolStats;
import dev.spool.engine.io.EngineClock;
import dev.spool.engine.spi.Backend;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks after what hangs: gives up operations that have waited too long, tells health of a sync that does not come back, lets
 * sick shards prove themselves, and reports sizes once a second. Does no I/O. One thread at a time.
 */
final class Watchdog {

    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long PERIOD_MAX_NANOS = 50_000_000L;

    private final List<CommitLane> lanes;
    private final HealthMonitor health;
    private final EngineClock clock;
    private final EngineMetrics metrics;
    private final Supplier<Backend.Space> space;
    private final Supplier<SpoolStats> stats;
    private final Delivery delivery;
    private final long slowNanos;
    private final long probeNanos;
    private final long[] lastProbe;
    private long lastSecond;
    private @Nullable SpoolStats lastStats;

    Watchdog(List<CommitLane> lanes, LaneServices services, Supplier<Backend.Space> space, Supplier<SpoolStats> stats) {
        SpoolOptions options = services.options();
        this.lanes = lanes;
        this.health = services.health();
        this.clock = services.clock();
        this.metrics = services.metrics();
        this.space = space;
        this.stats = stats;
        this.delivery = new Delivery(services.completions());
        this.slowNanos = options.slowSyncLimit().toNanos();
        this.probeNanos = options.probePeriod().toNanos();
        this.lastProbe = new long[lanes.size()];
        this.lastSecond = clock.nanoTime();
    }

    /** How often {@link #step} wants to be called. */
    long periodNanos() {
        return Math.min(PERIOD_MAX_NANOS, Math.min(slowNanos, probeNanos) / 2);
    }

    void step() {
        long now = clock.nanoTime();
        for (CommitLane lane : lanes) {
            watch(lane, now);
        }
        health.space(space.get());
        health.overloaded(false, "");
        if (now - lastSecond >= SECOND_NANOS) {
            lastSecond = now;
            everySecond();
        }
    }

    private void watch(CommitLane lane, long now) {
        long since = lane.ioSince();
        if (since != 0 && now - since > slowNanos) {
            health.syncSlow(
                    lane.shard(),
                    "shard " + lane.shard() + ": a write or sync has been under way for "
                            + Duration.ofNanos(now - since) + ", the limit (slowSyncLimit) is "
                            + Duration.ofNanos(slowNanos));
        }
        lane.expire(now, delivery);
        if (since == 0 && health.isSick(lane.shard()) && now - lastProbe[lane.shard()] >= probeNanos) {
            lastProbe[lane.shard()] = now;
            lane.requestCommit();
        }
    }

    private void everySecond() {
        SpoolStats now = stats.get();
        if (metrics.isPresent() && !now.equals(lastStats)) {
            lastStats = now;
            metrics.gauges(now);
        }
    }
}
