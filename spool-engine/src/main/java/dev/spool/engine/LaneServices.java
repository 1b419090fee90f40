package dev.spool.engine;

import dev.spool.SpoolOptions;
import dev.spool.engine.io.EngineClock;
import dev.spool.engine.spi.Backend.Space;
import java.util.function.Supplier;

/** What the lanes of one spool share. */
record LaneServices(
        SpoolOptions options,
        EngineClock clock,
        StagingPool pool,
        Stager stager,
        Completions completions,
        HealthMonitor health,
        EngineMetrics metrics,
        LaneWorld world) {

    /** What lies around the lanes. */
    record LaneWorld(Admission admission, Fence fence, Runnable onFenced, Supplier<Space> space, MessageCache cache) {}
}
