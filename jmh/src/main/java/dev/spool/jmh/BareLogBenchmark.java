package dev.spool.jmh;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** The loops against which the spool is measured; see {@link SpoolBenchmark} for their counterparts. */
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
@BenchmarkMode({Mode.Throughput, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class BareLogBenchmark {

    /** One message written and synced by its own thread, without any batch. */
    @Benchmark
    @Threads(1)
    public void direct(DirectFiles state) throws IOException {
        state.files.writeDurably(state.message.clear());
    }

    /** One message at a time through the group commit: what handing over to the committer costs. */
    @Benchmark
    @Threads(1)
    public void single(Log log, Caller caller) throws IOException {
        caller.append(log).await();
    }

    /** Group commit: each thread waits for its message. */
    @Benchmark
    @Threads(Workload.BLOCKED_THREADS)
    public void blocked(Log log, Caller caller) throws IOException {
        caller.append(log).await();
    }

    /** Group commit: each thread waits for the oldest of its messages. */
    @Benchmark
    @Threads(Workload.PIPELINED_THREADS)
    @BenchmarkMode(Mode.Throughput)
    public void pipelined(Log log, Caller caller) throws IOException {
        int oldest = caller.next;
        caller.underWay[oldest].await();
        caller.underWay[oldest] = caller.append(log);
        caller.next = (oldest + 1) % Workload.IN_FLIGHT;
    }

    /** Files and one message, without a committer. */
    @State(Scope.Thread)
    public static class DirectFiles {
        private final ByteBuffer message =
                ByteBuffer.allocateDirect(Workload.PAYLOAD_BYTES).put(Workload.payload());
        private Path directory;
        private RecycledFiles files;

        @Setup
        public void open() throws IOException {
            directory = Workload.newDirectory("direct");
            files = new RecycledFiles(directory);
        }

        @TearDown
        public void close() throws IOException {
            files.close();
            Workload.delete(directory);
        }
    }

    /** The log that all threads share. */
    @State(Scope.Benchmark)
    public static class Log {
        private Path directory;
        private BareLog log;

        @Setup
        public void open() throws IOException {
            directory = Workload.newDirectory("bare");
            log = new BareLog(directory);
        }

        @TearDown
        public void close() throws IOException, InterruptedException {
            log.close();
            Workload.delete(directory);
        }
    }

    /** What each thread has of its own. */
    @State(Scope.Thread)
    public static class Caller {
        private final byte[] payload = Workload.payload();
        private final CRC32C checksum = new CRC32C();
        private final BareBatch.Receipt receipt = new BareBatch.Receipt();
        private final BareCommit[] underWay = new BareCommit[Workload.IN_FLIGHT];
        private int next;

        @Setup
        public void reset() {
            for (int i = 0; i < underWay.length; i++) {
                underWay[i] = new BareCommit();
                underWay[i].finish(null);
            }
        }

        private BareCommit append(Log log) {
            return log.log.append(payload, checksum, receipt);
        }
    }
}
