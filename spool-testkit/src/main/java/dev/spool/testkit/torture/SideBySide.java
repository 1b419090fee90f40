package dev.spool.testkit.torture;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Trials that have nothing in common, as many at once as there are processors: each waits for disks and processes most of the time. */
final class SideBySide {

    private SideBySide() {}

    /** Does something to one subject. */
    interface Trial<T> {
        Score of(T subject) throws Exception;
    }

    /** What came of each, in the order of the subjects. */
    static <T> List<Score> all(List<T> subjects, Trial<T> trial) throws Exception {
        ExecutorService threads =
                Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        try {
            List<Future<Score>> begun = new ArrayList<>();
            for (T subject : subjects) {
                begun.add(threads.submit(() -> trial.of(subject)));
            }
            threads.shutdown();
            threads.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS); // one that fails does not end the others
            List<Score> scores = new ArrayList<>();
            for (Future<Score> each : begun) {
                scores.add(each.get());
            }
            return scores;
        } finally {
            threads.shutdownNow();
        }
    }
}
