package dev.spool.engine;

import java.lang.System.Logger.Level;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Where futures complete unless the host brings an executor: a few daemon threads, and as many more as there are callbacks that
 * block, so that a callback may wait for another operation. One that only computes never costs a thread of its own. Who gives a
 * task wakes one thread at most, and each that has been woken wakes the next if there is more to do: waking costs more than most
 * callbacks do, and the committer has a batch of them to give.
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
    private final Set<Worker> workers = ConcurrentHashMap.newKeySet();
    private final AtomicInteger activeCount = new AtomicInteger();
    private final AtomicInteger numbers = new AtomicInteger();

    /** Whether a thread is being woken that has not looked at the tasks yet: it wakes the next one, rather than the committer. */
    private final AtomicBoolean waking = new AtomicBoolean();

    private final Consumer<Thread> starter;

    /** Whether the last thread could not be started, which is said once. */
    private volatile boolean outOfThreads;

    private volatile boolean closed;

    CallbackPool() {
        this(Thread::start);
    }

    /** @param starter starts a thread of the pool */
    CallbackPool(Consumer<Thread> starter) {
        this.starter = starter;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        wakeOne();
    }

    private void wakeOne() {
        if (activeCount.get() < BASE && !waking.get() && waking.compareAndSet(false, true)) {
            engage();
        }
    }

    /**
     * Engages a thread for each one that is blocked in a callback while tasks wait, but not while one is being woken that will look
     * itself. Any thread; cheap if no tasks wait.
     */
    void relieve() {
        if (tasks.isEmpty() || waking.get()) {
            return;
        }
        int running = 0;
        for (Worker worker : workers) {
            running += worker.engaged && !worker.isBlocked() ? 1 : 0;
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
            worker.engaged = true;
            LockSupport.unpark(worker);
        } else {
            begin();
        }
    }

    /**
     * Begins a thread. A machine that has none to give has one later, when {@link #relieve} asks again: no reason to end the committer,
     * or to lose the task of the thread that asks. After the close nobody asks again, so that whoever does is told, but for a thread of
     * this pool: it does the rest itself.
     */
    private void begin() {
        Worker fresh = null;
        try {
            fresh = new Worker("spool-callback-" + numbers.incrementAndGet());
            workers.add(fresh);
            starter.accept(fresh);
            outOfThreads = false;
        } catch (OutOfMemoryError e) {
            if (fresh != null) {
                workers.remove(fresh);
            }
            activeCount.decrementAndGet();
            waking.set(false);
            if (closed && !(Thread.currentThread() instanceof Worker)) {
                throw e;
            }
            tellOutOfThreads(e);
        }
    }

    private void tellOutOfThreads(OutOfMemoryError why) {
        Level level = outOfThreads ? Level.DEBUG : Level.WARNING;
        outOfThreads = true;
        try {
            LOG.log(
                    level,
                    "no thread can be started for callbacks, so they wait; it is tried again: " + why.getMessage()
                            + "; allow this process more threads or memory",
                    why);
        } catch (OutOfMemoryError e) {
            outOfThreads = false; // said as soon as there is memory to say it
        }
    }

    /** A thread of the pool. */
    private final class Worker extends Thread {

        /** Whether it works, or is being woken. */
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
                waking.set(false); // before it looks: who adds a task after this wakes somebody
                Runnable task = tasks.poll();
                if (!tasks.isEmpty()) {
                    wakeOne();
                }
                while (task != null) {
                    runGuarded(task);
                    task = tasks.poll();
                }
                if (!rest()) {
                    workers.remove(this);
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
            engaged = true;
            return true;
        }
    }
}
