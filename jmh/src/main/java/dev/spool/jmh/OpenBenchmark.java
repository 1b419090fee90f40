package dev.spool.jmh;

import dev.spool.Spool;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * How long it takes to open a spool that was closed cleanly. The first iteration is in a JVM that has just started, which loads its
 * classes and interprets them; the others are in one that has opened a spool before.
 */
@Fork(3)
@Warmup(iterations = 0)
@Measurement(iterations = 8)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@State(Scope.Benchmark)
public class OpenBenchmark {

    @Param("1000000")
    private int messages;

    @Param("256")
    private int bodyBytes;

    private Path directory;
    private @Nullable Spool spool;

    /** Makes the spool once; it stays for later forks and runs. The fork that makes it is warm, and so the fastest. */
    @Setup
    public void fill() throws IOException {
        directory = Workload.directory("sealed-" + messages + "-" + bodyBytes);
        Path complete = directory.resolveSibling(directory.getFileName() + ".complete");
        if (Files.exists(complete)) {
            return;
        }
        if (Files.exists(directory)) {
            Workload.delete(directory);
        }
        try (Spool filling = SpoolProvider.named("file").open(directory, SpoolOptions.DEFAULTS)) {
            BulkLoad load = new BulkLoad(filling, bodyBytes);
            for (int stored = 0; stored < messages; stored += BulkLoad.STEP) {
                load.storeStep();
            }
        }
        Files.createFile(complete);
    }

    @Benchmark
    public Spool open() throws IOException {
        Spool opened = SpoolProvider.named("file").open(directory, SpoolOptions.DEFAULTS);
        spool = opened;
        return opened;
    }

    @TearDown(Level.Iteration)
    public void close() throws IOException {
        if (spool != null) {
            spool.close();
        }
    }
}
