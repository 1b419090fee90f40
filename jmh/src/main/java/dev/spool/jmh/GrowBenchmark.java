package dev.spool.jmh;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** Storing while nothing is removed, so that fresh files have to be made and filled all the time. Takes some GiB of disk. */
@Fork(1)
@Warmup(iterations = 12, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 16, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class GrowBenchmark {

    /** Each thread waits for its message. */
    @Benchmark
    @Threads(Workload.BLOCKED_THREADS)
    public void blocked(Subject subject, Caller caller) throws IOException {
        caller.store(subject);
    }

    /** Each thread waits for the oldest of its messages. */
    @Benchmark
    @Threads(Workload.PIPELINED_THREADS)
    public void pipelined(Subject subject, Caller caller) throws IOException {
        caller.submit(subject);
    }
}
