package dev.spool.jmh;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Storing alone, on any peer: {@code -p peer=file}. What is stored in an iteration is removed before the next one, so that files are
 * used again; iterations are short, so that the files that are kept for it suffice.
 */
@Fork(1)
@Warmup(iterations = 12, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 16, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class StoreBenchmark {

    /** Each thread waits for its message. */
    @Benchmark
    @Threads(Workload.BLOCKED_THREADS)
    public void blocked(Emptied emptied, Caller caller) throws IOException {
        caller.store(emptied.subject());
    }

    /** Each of many virtual threads waits for its message. */
    @Benchmark
    public void virtual(Emptied emptied, VirtualCallers callers) throws IOException {
        callers.countOne(caller -> caller.store(emptied.subject()));
    }

    /** Each thread waits for the oldest of its messages. Iterations are shorter still: a fast disk fills the files in 250 ms. */
    @Benchmark
    @Warmup(iterations = 30, time = 100, timeUnit = TimeUnit.MILLISECONDS)
    @Measurement(iterations = 40, time = 100, timeUnit = TimeUnit.MILLISECONDS)
    @Threads(Workload.PIPELINED_THREADS)
    public void pipelined(Emptied emptied, Pipeline pipeline) throws IOException {
        pipeline.caller.submit(emptied.subject());
    }

    /** A caller whose messages are on disk when an iteration ends. */
    @State(Scope.Thread)
    public static class Pipeline {
        private Caller caller;

        @Setup
        public void open(Caller newCaller) {
            caller = newCaller;
        }

        @TearDown(Level.Iteration)
        public void settle() throws IOException {
            caller.settle();
        }
    }

    /** Empty at the begin of each iteration. */
    @State(Scope.Benchmark)
    public static class Emptied {
        private Subject subject;

        @Setup
        public void open(Subject opened) {
            subject = opened;
        }

        Subject subject() {
            return subject;
        }

        @Setup(Level.Iteration)
        public void empty() throws IOException {
            subject.removeAll();
            Measures.begin();
        }
    }
}
