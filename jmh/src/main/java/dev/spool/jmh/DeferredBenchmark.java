package dev.spool.jmh;

import dev.spool.jmh.peer.SpoolPeer;
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

/** {@link DeferredMail} by 64 threads on the spool's backends, with compaction running. An operation is a message that comes. */
@Fork(1)
@Warmup(iterations = 7, time = 2)
@Measurement(iterations = 8, time = 2)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class DeferredBenchmark {

    /** Each thread waits for each of its calls; the latencies are those of the stores. */
    @Benchmark
    @Threads(Workload.BLOCKED_THREADS)
    public void blocked(Mail mail, Caller caller) throws IOException {
        caller.step(mail.mail);
    }

    /** Each of many virtual threads waits for each of its calls. */
    @Benchmark
    public void virtual(Mail mail, VirtualCallers callers) throws IOException {
        callers.countOne(caller -> caller.step(mail.mail));
    }

    /** The mail that all threads share. */
    @State(Scope.Benchmark)
    public static class Mail {
        private DeferredMail mail;

        @Setup
        public void open(Subject subject) {
            SpoolPeer peer = (SpoolPeer) subject.peer();
            mail = new DeferredMail(peer.spool(), subject.bodies());
            mail.fill();
            Measures.space(new Space(peer, mail));
        }
    }
}
