package dev.spool.jmh;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import dev.spool.jmh.peer.Peer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * What each iteration cost beside time ({@code -prof dev.spool.jmh.Measures}): percentiles of the calls, CPU time and heap of the
 * process, bytes that the disk wrote for each byte stored, and syncs.
 */
public final class Measures implements InternalProfiler {

    /** Microseconds that half of the calls took at most. */
    public static final String P50 = "p50";

    public static final String P99 = "p99";
    public static final String P999 = "p99.9";
    public static final String MAX = "max";

    /** Microseconds of CPU time for each operation. */
    public static final String CPU = "cpu";

    /** Bytes that all threads allocated on the heap for each operation. */
    public static final String ALLOCATED = "allocated";

    /** Bytes that the volume wrote, from whomever, for each byte of a body. */
    public static final String WRITTEN = "written";

    /** Syncs a second. */
    public static final String SYNCS = "syncs";

    /** Bytes on disk for each live byte, with the files that are kept to be used again. */
    public static final String ON_DISK = "on disk";

    /** Bytes of live and dead messages for each live byte. */
    public static final String OCCUPIED = "occupied";

    /** Bytes that compaction copied for each byte stored. */
    public static final String COPIED = "copied";

    private static final Queue<Latencies> CALLERS = new ConcurrentLinkedQueue<>();
    private static volatile @Nullable Peer measured;
    private static volatile @Nullable Volume volume;
    private static volatile long bodyBytes;
    private static volatile @Nullable Space space;
    private static volatile long uncounted;

    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static volatile Totals begin = Totals.now();

    /** What the process has used since it began; what it allocated by threads, because those that end take their number along. */
    private record Totals(long nanos, long cpuNanos, Map<Long, Long> allocatedBytes, long writtenBytes, long syncs) {

        static Totals now() {
            long[] threads = THREADS.getAllThreadIds();
            long[] bytes = THREADS.getThreadAllocatedBytes(threads);
            Map<Long, Long> allocated = new HashMap<>();
            for (int i = 0; i < threads.length; i++) {
                allocated.put(threads[i], Math.max(0, bytes[i]));
            }
            return new Totals(
                    System.nanoTime(),
                    PROCESS.getProcessCpuTime(),
                    allocated,
                    Measures.writtenBytes(),
                    Measures.syncs());
        }

        /** Bytes that the threads which live now have allocated since then. */
        long allocatedSince(Totals then) {
            return allocatedBytes.entrySet().stream()
                    .mapToLong(thread -> thread.getValue() - then.allocatedBytes.getOrDefault(thread.getKey(), 0L))
                    .sum();
        }
    }

    /** Says what is measured, and how large a message is on average. */
    static void measure(Peer peer, Path directory, long meanBodyBytes) throws IOException {
        measured = peer;
        volume = Volume.of(directory);
        bodyBytes = meanBodyBytes;
    }

    /** Says whose space is measured, too. */
    static void space(Space newSpace) {
        space = newSpace;
    }

    /** Adds the calls of one more thread to this iteration. */
    static void add(Latencies latencies) {
        CALLERS.add(latencies);
    }

    /** Says how many operations of this iteration JMH has not counted, because they ended after it. */
    static void uncounted(long operations) {
        uncounted = operations;
    }

    /** Counts from here on in this iteration; what was done to prepare it does not count. */
    static void begin() {
        begin = Totals.now();
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        CALLERS.clear();
        uncounted = 0;
        begin();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        Totals end = Totals.now();
        List<Result<?>> results = new ArrayList<>(latencies());
        double operations = result.getMetadata().getAllOps() + uncounted;
        results.add(average(CPU, (end.cpuNanos - begin.cpuNanos) / 1e3 / operations, "us/op"));
        results.add(average(ALLOCATED, end.allocatedSince(begin) / operations, "B/op"));
        if (end.writtenBytes >= 0 && bodyBytes > 0) {
            double stored = operations * bodyBytes;
            results.add(average(WRITTEN, (end.writtenBytes - begin.writtenBytes) / stored, "B/B"));
        }
        if (end.syncs >= 0) {
            double seconds = (end.nanos - begin.nanos) / 1e9;
            results.add(average(SYNCS, (end.syncs - begin.syncs) / seconds, "1/s"));
        }
        Space measuredSpace = space;
        if (measuredSpace != null) {
            results.add(average(ON_DISK, measuredSpace.onDisk(), "B/B"));
            results.add(average(OCCUPIED, measuredSpace.occupied(), "B/B"));
            results.add(average(COPIED, measuredSpace.copied(), "B/B"));
        }
        return results;
    }

    @Override
    public String getDescription() {
        return "percentiles, CPU time, bytes written and syncs";
    }

    private static List<Result<?>> latencies() {
        Histogram calls = Latencies.histogram();
        for (Latencies latencies : CALLERS) {
            latencies.moveTo(calls);
        }
        if (calls.getTotalCount() == 0) {
            return List.of();
        }
        return List.of(
                micros(P50, calls.getValueAtPercentile(50)),
                micros(P99, calls.getValueAtPercentile(99)),
                micros(P999, calls.getValueAtPercentile(99.9)),
                new ScalarResult(MAX, calls.getMaxValue() / 1e3, "us", AggregationPolicy.MAX));
    }

    private static ScalarResult micros(String name, long nanos) {
        return average(name, nanos / 1e3, "us");
    }

    private static ScalarResult average(String name, double value, String unit) {
        return new ScalarResult(name, value, unit, AggregationPolicy.AVG);
    }

    private static long syncs() {
        Peer peer = measured;
        return peer == null ? -1 : peer.syncs();
    }

    private static long writtenBytes() {
        Volume counted = volume;
        try {
            return counted == null ? -1 : counted.writtenBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
