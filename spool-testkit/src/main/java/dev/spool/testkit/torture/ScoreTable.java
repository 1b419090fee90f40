package dev.spool.testkit.torture;

import java.util.List;
import java.util.Locale;

/** The scores of a run as a table, a line each: the last thing that is printed. */
final class ScoreTable {

    private static final String LINE = "%-12s %-14s %10s %8s %8s %11s";

    private final List<Score> scores;

    ScoreTable(List<Score> scores) {
        this.scores = List.copyOf(scores);
    }

    /** Whether something was tried, and nothing was found. */
    boolean clean() {
        return !scores.isEmpty() && scores.stream().allMatch(Score::clean);
    }

    @Override
    public String toString() {
        StringBuilder table = new StringBuilder(
                String.format(Locale.ROOT, LINE, "method", "backend", "cases", "lost", "wrong", "unreported"));
        for (Score score : scores) {
            table.append('\n')
                    .append(String.format(
                            Locale.ROOT,
                            LINE,
                            score.method(),
                            score.backend(),
                            score.cases(),
                            score.lost(),
                            score.wrong(),
                            score.unreported()));
        }
        return table.toString();
    }
}
