package dev.spool.jmh;

import dev.spool.SpoolId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteOptions;

/** What a host gets that stores in RocksDB by itself: {@code put} with {@code sync}, all else as RocksDB has it by default. */
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
@BenchmarkMode({Mode.Throughput, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class PlainRocksBenchmark {

    /** Each thread waits for its message, as in {@link SpoolBenchmark#blocked}. */
    @Benchmark
    @Threads(Workload.BLOCKED_THREADS)
    public void blocked(Plain plain) throws RocksDBException {
        SpoolId id = SpoolId.next();
        byte[] key = ByteBuffer.allocate(SpoolId.SIZE_BYTES)
                .putLong(id.high())
                .putLong(id.low())
                .array();
        plain.db.put(plain.synced, key, plain.payload);
    }

    /** The database that all threads share. */
    @State(Scope.Benchmark)
    public static class Plain {
        private final byte[] payload = Workload.payload();
        private Path directory;
        private Options options;
        private WriteOptions synced;
        private RocksDB db;

        @Setup
        public void open() throws IOException, RocksDBException {
            RocksDB.loadLibrary();
            directory = Workload.newDirectory("plain-rocksdb");
            options = new Options().setCreateIfMissing(true);
            synced = new WriteOptions().setSync(true);
            db = RocksDB.open(options, directory.toString());
        }

        @TearDown
        public void close() throws IOException {
            db.close();
            synced.close();
            options.close();
            Workload.delete(directory);
        }
    }
}
