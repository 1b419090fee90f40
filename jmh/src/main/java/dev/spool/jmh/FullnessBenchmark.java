package dev.spool.jmh;

import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
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

/** Whether a call costs more the more messages are live; small ones, so that ten million fit. */
@Fork(1)
@Warmup(iterations = 12, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 16, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class FullnessBenchmark {

    /** Stores of a KiB. */
    @Benchmark
    @Threads(Workload.BLOCKED_THREADS)
    public void store(Filled filled) throws SpoolException {
        SpoolId id = SpoolId.next();
        filled.stored.add(id);
        filled.spool.blocking().store(id, Message.of(filled.body));
    }

    /** Loads of a few bytes, so that the way to them counts. */
    @Benchmark
    @Threads(Workload.BLOCKED_THREADS)
    public long load(Filled filled) throws SpoolException {
        SpoolId id = filled.some.get(ThreadLocalRandom.current().nextInt(filled.some.size()));
        return filled.spool.blocking().load(id).orElseThrow().bodyBytes();
    }

    /** A spool with many messages. */
    @State(Scope.Benchmark)
    public static class Filled {
        private static final int BODY_BYTES = 64;
        private static final int READ = 20_000;

        @Param({"100000", "10000000"})
        private int live;

        private final byte[] body = new byte[1024];
        private final Queue<SpoolId> stored = new ConcurrentLinkedQueue<>();
        private final List<SpoolId> some = new ArrayList<>();
        private Path directory;
        private Spool spool;

        @Setup
        public void open() throws IOException {
            directory = Workload.newDirectory("fullness");
            SpoolOptions options = SpoolOptions.builder().memoryBudgetBytes(0).build();
            spool = SpoolProvider.named("file").open(directory, options);
            BulkLoad load = new BulkLoad(spool, BODY_BYTES);
            int keepOneIn = Math.max(1, live / READ);
            for (int filled = 0; filled < live; filled += BulkLoad.STEP) {
                List<SpoolId> ids = load.storeStep();
                for (int i = filled % keepOneIn; i < ids.size(); i += keepOneIn) {
                    some.add(ids.get(i));
                }
            }
        }

        /** What was stored in the last iteration goes, so that as many are live. */
        @Setup(Level.Iteration)
        public void removeStored() throws SpoolException {
            while (!stored.isEmpty()) {
                List<SpoolId> ids = new ArrayList<>();
                while (ids.size() < BulkLoad.STEP && !stored.isEmpty()) {
                    ids.add(stored.remove());
                }
                spool.blocking().removeAll(ids);
            }
            Measures.begin();
        }

        @TearDown
        public void close() throws IOException {
            spool.close();
            Workload.delete(directory);
        }
    }
}
