package dev.spool.jmh;

import dev.spool.SpoolId;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a server does with each message: stores it, reads it to deliver it, and removes it. Each operation stores one and then reads and
 * removes the oldest of a window of messages. The latencies are those of the stores.
 */
@Fork(1)
@Warmup(iterations = 20, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 16, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class CycleBenchmark {

    /** Each thread waits for each of its calls. */
    @Benchmark
    @Threads(Workload.BLOCKED_THREADS)
    public int blocked(Window window, Caller caller) throws IOException {
        caller.store(window.subject);
        return window.deliverOldest();
    }

    /** Each of many virtual threads waits for each of its calls. */
    @Benchmark
    public void virtual(Window window, VirtualCallers callers) throws IOException {
        callers.countOne(caller -> {
            caller.store(window.subject);
            window.deliverOldest();
        });
    }

    /** Messages that wait to be delivered. */
    @State(Scope.Benchmark)
    public static class Window {
        private static final int MESSAGES = 20_000;
        private static final long BYTES_MAX = 1L << 30;
        private static final long FILL_NANOS = TimeUnit.SECONDS.toNanos(20);

        private Subject subject;

        /** Fills the window: 20 000 messages, fewer if they are large (1 GiB) or slow to store (20 s). */
        @Setup
        public void fill(Subject opened) throws IOException {
            subject = opened;
            long messages = Math.min(MESSAGES, BYTES_MAX / opened.bodies().meanBytes());
            opened.store(messages, System.nanoTime() + FILL_NANOS);
        }

        int deliverOldest() throws IOException {
            SpoolId id = subject.oldest();
            int bytes = subject.peer().load(id);
            subject.peer().remove(id);
            return bytes;
        }
    }
}
