package dev.spool.jmh;

import dev.spool.Spool;
import dev.spool.jmh.peer.SpoolPeer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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

/** What a server asks before each message that it accepts. */
@Fork(1)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 8, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ProbeBenchmark {

    @Benchmark
    @Threads(1)
    public @Nullable String unhealthyReason(Server server) {
        return server.spool.unhealthyReason();
    }

    /** What a server keeps at hand. */
    @State(Scope.Benchmark)
    public static class Server {
        private Spool spool;

        @Setup
        public void open(Subject subject) {
            spool = ((SpoolPeer) subject.peer()).spool();
        }
    }
}
