package dev.spool.jmh;

import dev.spool.SpoolException;
import dev.spool.SpoolOptions;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** The workloads of {@link BareLogBenchmark} over the public API, on any backend: {@code -p backend=rocksdb}. */
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
@BenchmarkMode({Mode.Throughput, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class SpoolBenchmark {

    /** One message at a time. */
    @Benchmark
    @Threads(1)
    public void single(Steady steady) throws SpoolException {
        steady.spool.store();
    }

    /** Each thread waits for its message. */
    @Benchmark
    @Threads(Workload.BLOCKED_THREADS)
    public void blocked(Steady steady) throws SpoolException {
        steady.spool.store();
    }

    /** Each thread waits for the oldest of its messages. */
    @Benchmark
    @Threads(Workload.PIPELINED_THREADS)
    @BenchmarkMode(Mode.Throughput)
    public void pipelined(Steady steady, Pipeline pipeline) {
        int oldest = pipeline.next;
        pipeline.underWay[oldest].join();
        pipeline.underWay[oldest] = steady.spool.submit();
        pipeline.next = (oldest + 1) % Workload.IN_FLIGHT;
    }

    /** What a server asks before each message that it accepts. */
    @Benchmark
    @Threads(1)
    @BenchmarkMode(Mode.AverageTime)
    @OutputTimeUnit(TimeUnit.NANOSECONDS)
    public @Nullable String unhealthyReason(Steady steady) {
        return steady.spool.spool().unhealthyReason();
    }

    /** When messages are removed. */
    public enum Removes {
        /** All the time: a live window that moves on. Each message costs two operations. */
        BESIDE,
        /** Between iterations only: the store alone. Of recycled segments, if iterations are short ({@code -w 250ms -r 250ms}). */
        BETWEEN
    }

    /** The spool that all threads share. */
    @State(Scope.Benchmark)
    public static class Steady {
        @Param
        private Removes removes = Removes.BESIDE;

        /** The name of a backend on the class path. */
        @Param("file")
        private String backend = "file";

        private SteadySpool spool;

        @Setup
        public void open() throws IOException {
            spool = new SteadySpool(backend, SpoolOptions.DEFAULTS);
        }

        @Setup(Level.Iteration)
        public void begin() {
            spool.removeBeside(removes == Removes.BESIDE);
        }

        @TearDown(Level.Iteration)
        public void end() {
            if (removes == Removes.BETWEEN) {
                spool.removeAll();
            }
        }

        @TearDown
        public void close() throws IOException, InterruptedException {
            spool.close();
        }
    }

    /** The messages that a thread has under way. */
    @State(Scope.Thread)
    public static class Pipeline {
        private final CompletableFuture<?>[] underWay = new CompletableFuture<?>[Workload.IN_FLIGHT];
        private int next;

        @Setup
        public void reset() {
            for (int i = 0; i < underWay.length; i++) {
                underWay[i] = CompletableFuture.completedFuture(null);
            }
        }
    }
}
