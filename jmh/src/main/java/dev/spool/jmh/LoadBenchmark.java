package dev.spool.jmh;

import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
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

/** Reading what lies in the page cache, from 64 threads. */
@Fork(1)
@Warmup(iterations = 12, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 16, time = 250, timeUnit = TimeUnit.MILLISECONDS)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class LoadBenchmark {

    /** A message by its id, checked; the spool's own cache is off. */
    @Benchmark
    @Threads(Workload.BLOCKED_THREADS)
    public int spool(Filled filled) throws SpoolException {
        SpoolId id = filled.ids.get(ThreadLocalRandom.current().nextInt(filled.ids.size()));
        return filled.spool.blocking().load(id).orElseThrow().bodyBytes() == 0 ? 0 : 1;
    }

    /** As many bytes at a random place of a file, with a checksum over them. */
    @Benchmark
    @Threads(Workload.BLOCKED_THREADS)
    public long bare(Bytes bytes, Reader reader) throws IOException {
        long block = ThreadLocalRandom.current().nextInt(Filled.MESSAGES);
        ByteBuffer target = ByteBuffer.allocate(Workload.PAYLOAD_BYTES);
        bytes.file.read(target, block * Workload.PAYLOAD_BYTES);
        reader.checksum.reset();
        reader.checksum.update(target.flip());
        return reader.checksum.getValue();
    }

    /** A spool with messages. */
    @State(Scope.Benchmark)
    public static class Filled {
        private static final int MESSAGES = 50_000;

        private final List<SpoolId> ids = new ArrayList<>();
        private Path directory;
        private Spool spool;

        @Setup
        public void open() throws IOException {
            directory = Workload.newDirectory("load");
            SpoolOptions options = SpoolOptions.builder()
                    .cacheOnStore(false)
                    .memoryBudgetBytes(0)
                    .build();
            spool = SpoolProvider.named("file").open(directory, options);
            BulkLoad load = new BulkLoad(spool, Workload.PAYLOAD_BYTES);
            while (ids.size() < MESSAGES) {
                ids.addAll(load.storeStep());
            }
        }

        @TearDown
        public void close() throws IOException {
            spool.close();
            Workload.delete(directory);
        }
    }

    /** A file with as many bytes. */
    @State(Scope.Benchmark)
    public static class Bytes {
        private Path directory;
        private FileChannel file;

        @Setup
        public void open() throws IOException {
            directory = Workload.newDirectory("bytes");
            file = FileChannel.open(
                    directory.resolve("bytes"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            for (int i = 0; i < Filled.MESSAGES; i++) {
                file.write(ByteBuffer.wrap(Workload.payload()), (long) i * Workload.PAYLOAD_BYTES);
            }
        }

        @TearDown
        public void close() throws IOException {
            file.close();
            Workload.delete(directory);
        }
    }

    /** What each thread has of its own. */
    @State(Scope.Thread)
    public static class Reader {
        private final CRC32C checksum = new CRC32C();
    }
}
