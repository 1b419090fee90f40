package dev.spool.testkit.contract;

/**
 * How many rounds a test of something random does. All of them, unless the system property {@code spool.rounds} asks for a share in
 * percent: builds that are made often do with fewer, each with other seeds where the test draws them anew.
 */
public final class Rounds {

    private static final int PERCENT = Integer.getInteger("spool.rounds", 100);

    private Rounds() {}

    /** That share of {@code all}, rounded up: at least one. */
    public static int of(int all) {
        return Math.max(1, (all * PERCENT + 99) / 100);
    }
}
