package dev.spool.jmh.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.openjdk.jmh.runner.RunnerException;

/** What all cases of one run of the report showed. */
final class Results {

    private final Map<Case, Figures> figures = new LinkedHashMap<>();

    /** Runs cases in turns, so that all of them meet the same machine: once each, as many times over as there are rounds. */
    void run(List<Case> cases, int rounds) throws RunnerException {
        for (int round = 1; round <= rounds; round++) {
            for (int i = 0; i < cases.size(); i++) {
                System.out.println("round " + round + " of " + rounds + ", " + (i + 1) + " of " + cases.size() + ": "
                        + cases.get(i));
                CaseRun.into(figures.computeIfAbsent(cases.get(i), any -> new Figures()), cases.get(i));
            }
        }
    }

    boolean has(Case what) {
        return figures.containsKey(what);
    }

    Figures of(Case what) {
        Figures found = figures.get(what);
        if (found == null) {
            throw new IllegalArgumentException("not run: " + what);
        }
        return found;
    }

    double score(Case what) {
        return of(what).score();
    }

    double median(Case what, String figure) {
        OptionalDouble median = of(what).median(figure);
        return median.orElseThrow(() -> new IllegalArgumentException(what + " has no figure " + figure));
    }
}
