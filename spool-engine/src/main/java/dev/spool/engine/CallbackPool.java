package dev.spool.engine;

import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Where futures complete unless the host brings an executor: a few daemon threads, and as many more as there are callbacks that
 * block, so that a callback may wait for another operation. One that only computes never costs a thread of its own.
 *
 * <p>{@link #execute} never blocks and never runs the task itself. {@link #relieve}, called after each batch and regularly,
 * replaces threads that were found blocked while tasks wait.
 */
final class CallbackPool implements Executor {

    private static final System.Logger LOG = System.getLogger(CallbackPool.class.getName());
    private static final long IDLE_NANOS = 5_000_000_000L;
    private static final int BASE = Math.max(2, Math.min(8, Runtime.getRuntime().availableProcessors()));

    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedDeque<Worker> idle = new ConcurrentLinkedDeque<>();
    private final Set<Worker> active = ConcurrentHashMap.newKeySet();
    private final AtomicInteger activeCount = new AtomicInteger();
    private final AtomicInteger numbers = new AtomicInteger();
    private volatile boolean closed;

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (activeCount.get() < BASE) {
            engage();
        }
    }

    /** Engages a thread for each one that is blocked in a callback while tasks wait. Any thread; cheap if none do. */
    void relieve() {
        if (tasks.isEmpty()) {
            return;
        }
        int running = 0;
        for (Worker worker : active) {
            running += worker.isBlocked() ? 0 : 1;
        }
        for (int missing = Math.min(BASE - running, tasks.size()); missing > 0; missing--) {
            engage();
        }
    }

    /** Lets the threads end once nothing is left to do; tasks given later are still run. */
    void close() {
        closed = true;
        idle.forEach(LockSupport::unpark);
    }

    private void engage() {
        Worker worker = idle.pollFirst();
        activeCount.incrementAndGet();
        if (worker != null) {
            active.add(worker);
            worker.engaged = true;
            LockSupport.unpark(worker);
        } else {
            Worker fresh = new Worker("spool-callback-" + numbers.incrementAndGet());
            active.add(fresh);
            fresh.start();
        }
    }

    /** A thread of the pool. */
    private final class Worker extends Thread {

        volatile boolean engaged = true;
        private volatile boolean inTask;

        Worker(String name) {
            super(name);
            setDaemon(true);
        }

        /** Whether it waits in a callback; one that was engaged just now, and has not come to run, does not. */
        boolean isBlocked() {
            return inTask && getState() != Thread.State.RUNNABLE;
        }

        @Override
        public void run() {
            while (true) {
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    runGuarded(task);
                }
                if (!rest()) {
                    return;
                }
            }
        }

        private void runGuarded(Runnable task) {
            inTask = true;
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                LOG.log(Level.WARNING, "a callback of the host failed", e);
            } finally {
                inTask = false;
            }
            if (Thread.interrupted()) {
                // an interrupt that a callback left behind was meant for that callback
                LOG.log(Level.DEBUG, "a callback left its thread interrupted");
            }
        }

        /** Sleeps until engaged again; false if this thread has ended instead. */
        private boolean rest() {
            engaged = false;
            active.remove(this);
            activeCount.decrementAndGet();
            idle.addFirst(this);
            if (!tasks.isEmpty() && idle.remove(this)) {
                return reengage();
            }
            long start = System.nanoTime();
            while (!engaged) {
                boolean expired = closed || System.nanoTime() - start >= IDLE_NANOS;
                if (expired && idle.remove(this)) {
                    return !tasks.isEmpty() && reengage();
                }
                LockSupport.parkNanos(this, IDLE_NANOS);
            }
            return true;
        }

        private boolean reengage() {
            activeCount.incrementAndGet();
            active.add(this);
            engaged = true;
            return true;
        }
    }
}
