package dev.spool.jmh.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.openjdk.jmh.runner.RunnerException;

/**
 * Measures, and writes {@code docs/benchmarks.md}: {@code Report FILE [--quick]}. The goals are measured in three rounds, those that take
 * minutes each in one; then all workloads once. {@code --quick} measures the goals alone in one round, without those that take minutes each.
 */
public final class Report {

    private static final int ROUNDS = 3;

    private Report() {}

    public static void main(String[] arguments) throws IOException, RunnerException {
        Path file = Path.of(arguments[0]);
        boolean quick = arguments.length > 1 && arguments[1].equals("--quick");
        if (arguments.length > (quick ? 2 : 1)) {
            System.err.println("usage: jmh/report [--quick]");
            System.exit(2);
        }
        Results results = new Results();
        List<Case> goals = Goals.quickCases();
        results.run(goals, quick ? 1 : ROUNDS);
        if (!quick) {
            results.run(Goals.slowCases(), 1);
            Set<Case> rest = new LinkedHashSet<>(Matrix.all());
            goals.forEach(rest::remove);
            results.run(new ArrayList<>(rest), 1);
        }
        new Page(results, file).write(Goals.of(results, quick), quick);
        System.out.println("written: " + file);
    }
}
