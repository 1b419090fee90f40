package dev.spool.engine;

import dev.spool.SpoolException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Runs an engine by daemon threads of its own: one per lane and maintenance step, one to stage, one to watch. */
final class EngineThreads implements EngineRunner {

    /** How long a committer looks for more before it sleeps: about what waking it would cost. */
    private static final long SPIN_NANOS = 20_000;

    private final CallbackPool callbacks = new CallbackPool();
    private final List<Thread> threads = new ArrayList<>();
    private final List<Doorbell> bells = new ArrayList<>();
    private volatile boolean stopped;

    @Override
    public Executor callbacks() {
        return callbacks;
    }

    @Override
    public Completions.@Nullable Pump pump() {
        return null;
    }

    @Override
    public void start(EngineCore core) {
        for (CommitLane lane : core.lanes()) {
            bells.add(lane.bell());
            threads.add(begin("spool-commit-" + lane.shard(), () -> commit(lane)));
        }
        bells.add(core.stager().bell());
        threads.add(begin("spool-stage", () -> stage(core.stager())));
        for (MaintenanceLoop loop : core.maintenance()) {
            bells.add(loop.bell());
            threads.add(begin("spool-" + loop.name(), () -> maintain(loop)));
        }
        threads.add(begin("spool-watchdog", () -> watch(core.watchdog())));
    }

    @Override
    public void stop() {
        stopped = true;
        for (Thread thread : threads) {
            while (thread.isAlive() && thread != Thread.currentThread()) {
                bells.forEach(Doorbell::ring);
                LockSupport.unpark(thread);
                joinBriefly(thread);
            }
        }
        callbacks.close();
    }

    @Override
    public <T extends @Nullable Object> T call(String what, OwnedTask<T> task) throws SpoolException {
        FutureTask<T> future = new FutureTask<>(task::run);
        begin(what, future);
        return Waiting.forResult(future);
    }

    @Override
    public void run(String what, Runnable task) {
        begin(what, task);
    }

    private static Thread begin(String name, Runnable body) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void commit(CommitLane lane) {
        while (!stopped) {
            try {
                boolean worked = lane.step();
                callbacks.relieve();
                if (!worked && !spin(lane)) {
                    long nanos = lane.idle();
                    if (nanos > 0) {
                        lane.bell().sleep(nanos, () -> lane.isIdle() && !stopped);
                    }
                }
            } catch (RuntimeException | Error e) {
                lane.die(e);
            }
        }
    }

    /** Looks for new work for a moment; true if there is some. */
    private boolean spin(CommitLane lane) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < SPIN_NANOS) {
            if (!lane.isIdle() || stopped) {
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    private void stage(Stager stager) {
        while (!stopped) {
            if (!stager.step()) {
                stager.bell().sleep(Long.MAX_VALUE, () -> stager.isIdle() && !stopped);
            }
        }
    }

    private void maintain(MaintenanceLoop loop) {
        while (!stopped) {
            long nanos = loop.turn();
            if (nanos > 0) {
                loop.bell().sleep(nanos, () -> loop.isIdle() && !stopped);
            }
        }
    }

    private void watch(Watchdog watchdog) {
        while (!stopped) {
            watchdog.step();
            callbacks.relieve();
            LockSupport.parkNanos(this, watchdog.periodNanos());
        }
    }

    private static void joinBriefly(Thread thread) {
        boolean interrupted = Thread.interrupted();
        try {
            thread.join(10);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
