package dev.spool.jmh.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;

/** What a case showed, by the names of {@link dev.spool.jmh.Measures}: of each figure the one of every iteration of every run. */
final class Figures {

    /** Operations a second, or the time of one, as the benchmark has it. */
    static final String SCORE = "score";

    private final Map<String, List<Double>> values = new HashMap<>();

    /** Adds the iterations of a run. */
    void add(RunResult run) {
        for (BenchmarkResult fork : run.getBenchmarkResults()) {
            for (IterationResult iteration : fork.getIterationResults()) {
                add(SCORE, iteration.getPrimaryResult().getScore());
                iteration.getSecondaryResults().forEach((name, result) -> add(name, result.getScore()));
            }
        }
    }

    /** Adds one value. */
    void add(String name, double value) {
        values.computeIfAbsent(name, any -> new ArrayList<>()).add(value);
    }

    /** The median; empty if there is no such figure. */
    OptionalDouble median(String name) {
        List<Double> sorted =
                values.getOrDefault(name, List.of()).stream().sorted().toList();
        if (sorted.isEmpty()) {
            return OptionalDouble.empty();
        }
        int middle = sorted.size() / 2;
        return OptionalDouble.of(
                sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2);
    }

    /** The largest; empty if there is no such figure. */
    OptionalDouble largest(String name) {
        return values.getOrDefault(name, List.of()).stream()
                .mapToDouble(Double::doubleValue)
                .max();
    }

    double score() {
        return median(SCORE).orElseThrow();
    }
}
