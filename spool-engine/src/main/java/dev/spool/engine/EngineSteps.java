package dev.spool.engine;

import dev.spool.SpoolException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs an engine without threads, one step at a time, in whatever order its driver likes: the same code as with threads, but
 * deterministic. Everything happens in the driver's thread; a blocking call takes turns itself while it waits.
 */
final class EngineSteps implements EngineRunner {

    private final Deque<Runnable> callbacks = new ArrayDeque<>();
    private final List<SteppedSpool.Step> steps = new ArrayList<>();
    private final Set<String> running = new HashSet<>();
    private boolean stopped;

    /** The steps there are; to be run in any order. */
    List<SteppedSpool.Step> steps() {
        return steps;
    }

    /** Runs every step once. False if none of them had anything to do. */
    boolean turn() {
        boolean worked = false;
        for (SteppedSpool.Step step : steps) {
            worked |= step.run();
        }
        return worked;
    }

    /** Runs all callbacks that wait. */
    void callBackAll() {
        boolean any = true;
        while (any) {
            any = callBack();
        }
    }

    @Override
    public Executor callbacks() {
        return callbacks::add;
    }

    @Override
    public Completions.@Nullable Pump pump() {
        return this::turn;
    }

    @Override
    public void start(EngineCore core) {
        for (CommitLane lane : core.lanes()) {
            add("commit-" + lane.shard(), new LaneStep(lane, core)::run);
        }
        add("stage", () -> !stopped && core.stager().step());
        for (MaintenanceLoop loop : core.maintenance()) {
            add(loop.name(), () -> {
                boolean due = !stopped && !loop.isResting();
                if (due) {
                    loop.turn();
                }
                return due;
            });
        }
        add("watchdog", () -> {
            if (!stopped) {
                core.watchdog().step();
            }
            return false;
        });
        add("callback", this::callBack);
    }

    private void add(String name, BooleanSupplier body) {
        steps.add(new SteppedSpool.Step(name, running, body));
    }

    @Override
    public void stop() {
        stopped = true;
    }

    @Override
    public <T extends @Nullable Object> T call(String what, OwnedTask<T> task) throws SpoolException {
        return task.run();
    }

    @Override
    public void run(String what, Runnable task) {
        task.run();
    }

    private boolean callBack() {
        Runnable task = callbacks.poll();
        if (task == null) {
            return false;
        }
        task.run();
        return true;
    }

    /** A lane with its idle work, which a thread would do before it sleeps. */
    private final class LaneStep {
        private final CommitLane lane;
        private final EngineCore core;
        private long idleDue;
        private boolean idleKnown;

        LaneStep(CommitLane lane, EngineCore core) {
            this.lane = lane;
            this.core = core;
        }

        boolean run() {
            if (stopped) {
                return false;
            }
            if (lane.step()) {
                idleKnown = false;
                return true;
            }
            long now = core.clock().nanoTime();
            if (idleKnown && now - idleDue < 0) {
                return false;
            }
            long nanos = lane.idle();
            idleKnown = true;
            idleDue = nanos > Long.MAX_VALUE / 2 ? now + Long.MAX_VALUE / 2 : now + nanos;
            return nanos == 0;
        }
    }
}
