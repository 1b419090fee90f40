package dev.spool.engine;

import dev.spool.engine.io.EngineClock;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Brings outcomes to those who wait for them: futures by way of the callback executor, threads by waking them. Thread-safe.
 */
final class Completions {

    /** A thread whose operation is over is looked at this often even if its wake-up got lost with the thread before it. */
    private static final long LOOK_NANOS = 100_000_000L;

    private final EngineClock clock;
    private final EngineMetrics metrics;
    private final Executor own;
    private final @Nullable Executor hosts;
    private final @Nullable Pump pump;
    private final Lookout lookout;

    /** Makes the engine go on when no threads do: one turn, false if there was nothing to do. */
    interface Pump {
        boolean turn();
    }

    /**
     * @param own never runs a task in the thread that gives it
     * @param hosts the host's executor, or null if callbacks run on {@code own}
     * @param pump null if the engine has threads
     */
    Completions(EngineClock clock, EngineMetrics metrics, Executor own, @Nullable Executor hosts, @Nullable Pump pump) {
        this.clock = clock;
        this.metrics = metrics;
        this.own = own;
        this.hosts = hosts;
        this.pump = pump;
        this.lookout = new Lookout(clock);
    }

    /** Delivers one settled operation. */
    void deliver(Operation operation) {
        Delivery single = new Delivery(this);
        single.add(operation);
        single.flush();
    }

    /** Runs a callback of the host where the host's callbacks run; never in this thread. */
    void callback(Runnable task) {
        Executor host = hosts;
        if (host == null) {
            own.execute(task);
        } else {
            // By way of our own thread: the host's executor may run it at once, or block.
            own.execute(() -> handOver(host, task));
        }
    }

    private static void handOver(Executor host, Runnable task) {
        try {
            host.execute(task);
        } catch (RuntimeException | Error e) {
            // One that was shut down, or has no thread to run it, must leave no future waiting for ever.
            task.run();
        }
    }

    void measure(Operation operation) {
        if (metrics.isPresent()) {
            metrics.settled(operation, clock.nanoTime());
        }
    }

    /** Waits, in the thread that submitted it, for the outcome; an interrupt is kept and does not cut the wait short. */
    Object await(Operation operation) {
        if (pump == null) {
            lookout.await(operation, () -> sleepUntilDone(operation));
        } else {
            while (!operation.isDone()) {
                turn(pump);
            }
        }
        WakeChain chain = operation.chain;
        if (chain != null) {
            operation.chain = null; // its followers need not keep the others of its batch
            chain.wakeSome();
        }
        return operation.outcome();
    }

    private void sleepUntilDone(Operation operation) {
        boolean interrupted = false;
        operation.asleep = true;
        while (!operation.isDone()) {
            long now = clock.nanoTime();
            if (operation.expire(now)) {
                deliver(operation);
                continue;
            }
            LockSupport.parkNanos(operation, Math.min(operation.nextExpiry(now) - now, LOOK_NANOS));
            interrupted |= Thread.interrupted();
        }
        operation.asleep = false;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** As {@link #await(Operation)}, for many. */
    void await(Tally tally) {
        boolean interrupted = false;
        while (!tally.isDone()) {
            if (pump != null) {
                turn(pump);
                continue;
            }
            LockSupport.parkNanos(tally, LOOK_NANOS);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void turn(Pump pump) {
        if (!pump.turn()) {
            throw new IllegalStateException(
                    "waiting for an operation, but nothing is left to do at this time of the clock");
        }
    }
}
