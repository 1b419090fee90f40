package dev.spool.jmh;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;

/**
 * Runs each workload over the bare loop and over the spool in turns, so that both meet the same machine, and prints the
 * medians side by side: {@code SpoolVsBare [rounds]}. What else runs on the machine only ever takes away; so where it is not
 * quiet the best slices of both say more.
 */
public final class SpoolVsBare {

    private static final int ROUNDS_DEFAULT = 3;

    /** So short that what is stored in one fits into recycled segments, if messages are removed between them. */
    private static final TimeValue SLICE = TimeValue.milliseconds(250);

    private static final int WARM_UP_SLICES = 16;
    private static final int SLICES = 16;

    private SpoolVsBare() {}

    /** A benchmark of the bare loop and its counterpart. */
    private enum Pair {
        SINGLE("1 thread", "direct", "single", true),
        BLOCKED("64 threads, each waiting", "blocked", "blocked", true),
        PIPELINED("2 threads, 256 in flight each", "pipelined", "pipelined", false);

        private final String label;
        private final String bare;
        private final String spool;
        private final boolean sampled;

        Pair(String label, String bare, String spool, boolean sampled) {
            this.label = label;
            this.bare = bare;
            this.spool = spool;
            this.sampled = sampled;
        }
    }

    public static void main(String[] arguments) throws RunnerException {
        int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : ROUNDS_DEFAULT;
        for (Pair pair : Pair.values()) {
            Series bare = new Series();
            Series beside = new Series();
            Series alone = new Series();
            for (int round = 0; round < rounds; round++) {
                bare.add(run(BareLogBenchmark.class, pair.bare, ""));
                beside.add(run(SpoolBenchmark.class, pair.spool, SpoolBenchmark.Removes.BESIDE.name()));
                alone.add(run(SpoolBenchmark.class, pair.spool, SpoolBenchmark.Removes.BETWEEN.name()));
            }
            List<String> lines = new ArrayList<>();
            lines.add(pair.label);
            lines.add(bare.line("bare", pair, bare));
            lines.add(beside.line("spool, removing beside", pair, bare));
            lines.add(alone.line("spool, storing alone", pair, bare));
            lines.forEach(System.out::println);
        }
    }

    private static Collection<RunResult> run(Class<?> benchmark, String method, String removes) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + benchmark.getName().replace(".", "\\.") + "\\." + method + "$")
                .warmupIterations(WARM_UP_SLICES)
                .warmupTime(SLICE)
                .measurementIterations(SLICES)
                .measurementTime(SLICE)
                .verbosity(VerboseMode.SILENT)
                .forks(1);
        if (!removes.isEmpty()) {
            options.param("removes", removes);
        }
        return new Runner(options.build()).run();
    }

    /** The results of one benchmark over the rounds. */
    private static final class Series {
        private final List<Double> perSecond = new ArrayList<>();
        private final List<Double> p50 = new ArrayList<>();
        private final List<Double> p99 = new ArrayList<>();
        private double best;

        // Both benchmarks count in milliseconds: operations per, and per operation.
        void add(Collection<RunResult> results) {
            for (RunResult result : results) {
                Statistics statistics = result.getPrimaryResult().getStatistics();
                switch (result.getParams().getMode()) {
                    case Throughput -> {
                        perSecond.add(statistics.getPercentile(50) * 1e3);
                        best = Math.max(best, statistics.getMax() * 1e3);
                    }
                    case SampleTime -> {
                        p50.add(statistics.getPercentile(50) * 1e3);
                        p99.add(statistics.getPercentile(99) * 1e3);
                    }
                    default ->
                        throw new IllegalStateException("a mode that is not asked for: "
                                + result.getParams().getMode());
                }
            }
        }

        String line(String name, Pair pair, Series bare) {
            String rate = String.format(
                    Locale.ROOT,
                    "  %-24s %,9.0f /s  %5.2f of bare  (best slice %,9.0f /s  %5.2f)",
                    name,
                    median(perSecond),
                    median(perSecond) / median(bare.perSecond),
                    best,
                    best / bare.best);
            return pair.sampled
                    ? rate + String.format(Locale.ROOT, "   p50 %,7.0f us   p99 %,7.0f us", median(p50), median(p99))
                    : rate;
        }

        private static double median(List<Double> values) {
            List<Double> sorted = values.stream().sorted().toList();
            int middle = sorted.size() / 2;
            return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
        }
    }
}
