package dev.spool.jmh;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Virtual threads that call the peer again and again while an iteration lasts; the one thread of the benchmark counts what they have
 * done. JMH's own virtual threads will not do: they spin between iterations and then never give their carriers back, and one that got
 * none until an iteration was over counts as if it had run as fast all the time.
 */
@State(Scope.Benchmark)
public class VirtualCallers {

    /** Callers that cost next to nothing while they wait. */
    public static final int THREADS = 512;

    private static final long LOOK_NANOS = 1_000_000;

    private final LongAdder done = new LongAdder();
    private final List<Caller> callers = new ArrayList<>();
    private final List<Future<?>> running = new ArrayList<>();
    private volatile boolean ending;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private long seen;
    private long counted;

    /** What each of them does. */
    interface Call {
        void by(Caller caller) throws IOException;
    }

    /** Returns once for each call that was made. The first in an iteration sets the callers to work. */
    void countOne(Call call) throws IOException {
        if (running.isEmpty()) {
            start(call);
        }
        while (counted == seen) {
            seen = done.sum();
            if (counted == seen) {
                check();
                LockSupport.parkNanos(LOOK_NANOS);
            }
        }
        counted++;
    }

    /** Lets each caller end its call. */
    @TearDown(Level.Iteration)
    public void stop() throws IOException, InterruptedException, ExecutionException {
        ending = true;
        for (Future<?> caller : running) {
            caller.get();
        }
        check();
        Measures.uncounted(done.sum() - counted);
        running.clear();
        ending = false;
        done.reset();
        seen = 0;
        counted = 0;
    }

    private void start(Call call) {
        while (callers.size() < THREADS) {
            Caller fresh = new Caller();
            fresh.reset();
            callers.add(fresh);
        }
        ExecutorService threads = virtualThreads();
        for (Caller caller : callers) {
            caller.begin();
            running.add(threads.submit(() -> work(call, caller)));
        }
        threads.shutdown();
    }

    private void work(Call call, Caller caller) {
        try {
            while (!ending) {
                call.by(caller);
                done.increment();
            }
        } catch (IOException | RuntimeException | Error e) {
            failure.compareAndSet(null, e);
        }
    }

    private void check() throws IOException {
        if (Thread.interrupted()) {
            throw new InterruptedIOException("the iteration has taken too long");
        }
        Throwable why = failure.get();
        if (why != null) {
            throw new IOException("a virtual thread has failed: " + why, why);
        }
    }

    private static ExecutorService virtualThreads() {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new UnsupportedOperationException("virtual threads need JDK 21, this is " + Runtime.version(), e);
        }
    }
}
