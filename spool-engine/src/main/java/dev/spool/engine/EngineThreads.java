package dev.spool.engine;

import dev.spool.SpoolException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Runs an engine by daemon threads of its own: one per lane and maintenance step, one to stage, one to watch. */
final class EngineThreads implements EngineRunner {

    private static final System.Logger LOG = System.getLogger(EngineThreads.class.getName());

    /** How long a committer looks for more before it sleeps: about what waking it would cost. */
    private static final long SPIN_NANOS = 20_000;

    /** So long a thread pauses whose turn failed. */
    private static final long AFTER_FAILURE_NANOS = 1_000_000_000;

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
        while (goesOn()) {
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

    /** Whether there is more to do. Whoever interrupts these threads must not make every write of theirs fail from then on. */
    private boolean goesOn() {
        if (Thread.interrupted()) {
            LOG.log(
                    Level.WARNING,
                    "{0} was interrupted, and goes on",
                    Thread.currentThread().getName());
        }
        return !stopped;
    }

    /** Does a turn. If it fails as nobody provides for, as without memory, the thread goes on: others wait for what it does. */
    private static boolean turn(BooleanSupplier turn) {
        try {
            return turn.getAsBoolean();
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, Thread.currentThread().getName() + " failed; it goes on", e);
            LockSupport.parkNanos(AFTER_FAILURE_NANOS);
            return true;
        }
    }

    private void stage(Stager stager) {
        while (goesOn()) {
            if (!turn(stager::step)) {
                stager.bell().sleep(Long.MAX_VALUE, () -> stager.isIdle() && !stopped);
            }
        }
    }

    private void maintain(MaintenanceLoop loop) {
        while (goesOn()) {
            turn(() -> {
                long nanos = loop.turn();
                if (nanos > 0) {
                    loop.bell().sleep(nanos, () -> loop.isIdle() && !stopped);
                }
                return true;
            });
        }
    }

    private void watch(Watchdog watchdog) {
        while (goesOn()) {
            turn(() -> {
                watchdog.step();
                callbacks.relieve();
                return true;
            });
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
