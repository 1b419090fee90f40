package dev.spool.jmh;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.lmdbjava.ByteArrayProxy;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.Txn;
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

/** What a host gets from lmdbjava alone: each thread commits its message in a transaction of its own, durably. */
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
@BenchmarkMode({Mode.Throughput, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class PlainLmdbBenchmark {

    private static final long MAP_BYTES = 16L << 30;

    /** The peer of {@link SpoolBenchmark#blocked}. */
    @Benchmark
    @Threads(Workload.BLOCKED_THREADS)
    public void blocked(Plain plain) {
        plain.store();
    }

    /** The environment that all threads share. */
    @State(Scope.Benchmark)
    public static class Plain {
        private static final int KEY_BYTES = 16;

        private final byte[] payload = Workload.payload();
        private final AtomicLong stored = new AtomicLong();
        private Path directory;
        private Env<byte[]> environment;
        private Dbi<byte[]> messages;

        @Setup
        public void open() throws IOException {
            directory = Workload.newDirectory("plain-lmdb");
            environment = Env.create(ByteArrayProxy.PROXY_BA)
                    .setMapSize(MAP_BYTES)
                    .setMaxDbs(1)
                    .open(directory.toFile(), EnvFlags.MDB_NOTLS);
            messages = environment.openDbi("messages", DbiFlags.MDB_CREATE);
        }

        void store() {
            byte[] key = ByteBuffer.allocate(KEY_BYTES)
                    .putLong(stored.incrementAndGet())
                    .array();
            try (Txn<byte[]> transaction = environment.txnWrite()) {
                messages.put(transaction, key, payload);
                transaction.commit();
            }
        }

        @TearDown(Level.Iteration)
        public void removeAll() {
            try (Txn<byte[]> transaction = environment.txnWrite()) {
                messages.drop(transaction);
                transaction.commit();
            }
        }

        @TearDown
        public void close() throws IOException {
            environment.close();
            Workload.delete(directory);
        }
    }
}
