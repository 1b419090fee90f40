package dev.spool.testkit.torture;

import java.util.ArrayList;
import java.util.List;

/**
 * What came of one method on one backend. Every count but that of the cases is to be zero.
 *
 * <p>Safe for any number of threads.
 */
public final class Score {

    private final String method;
    private final String backend;
    private final List<String> failures = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private long cases;
    private long lost;
    private long wrong;
    private long unreported;

    public Score(String method, String backend) {
        this.method = method;
        this.backend = backend;
    }

    /** Counts cases that have been tried. */
    public synchronized Score cases(long more) {
        cases += more;
        return this;
    }

    /** Acknowledged messages that are neither there nor, where damage was done to them, reported. */
    public synchronized Score lost(long more) {
        lost += more;
        return this;
    }

    /** Wrong bytes, older versions, messages that had been removed or were never stored. */
    public synchronized Score wrong(long more) {
        wrong += more;
        return this;
    }

    /** Damage, loss or a failing disk of which nothing was said, and whatever else must not happen: a hang, a crash, no open. */
    public synchronized Score unreported(long more) {
        unreported += more;
        return this;
    }

    /** Says what failed, and how it is done again. */
    public synchronized Score failure(String what) {
        failures.add(what);
        return this;
    }

    /** Says something worth knowing that is no failure. */
    public synchronized Score note(String what) {
        notes.add(what);
        return this;
    }

    /** Counts a case that ended by an exception or a failed assertion, and how it is done again. */
    public synchronized Score broken(String replay, Throwable thrown) {
        unreported++;
        StringBuilder text = new StringBuilder(replay).append(": ");
        for (Throwable each = thrown; each != null; each = each.getCause()) {
            text.append(each == thrown ? "" : "; caused by ").append(each);
        }
        if (thrown.getStackTrace().length > 0) {
            text.append(" (").append(thrown.getStackTrace()[0]).append(')');
        }
        failures.add(text.toString());
        return this;
    }

    /** Adds what came of another part of the same. */
    public Score add(Score other) {
        synchronized (other) {
            return cases(other.cases)
                    .lost(other.lost)
                    .wrong(other.wrong)
                    .unreported(other.unreported)
                    .addTexts(List.copyOf(other.failures), List.copyOf(other.notes));
        }
    }

    private synchronized Score addTexts(List<String> moreFailures, List<String> moreNotes) {
        failures.addAll(moreFailures);
        notes.addAll(moreNotes);
        return this;
    }

    public synchronized boolean clean() {
        return lost == 0 && wrong == 0 && unreported == 0 && failures.isEmpty() && cases > 0;
    }

    public String method() {
        return method;
    }

    public String backend() {
        return backend;
    }

    public synchronized long cases() {
        return cases;
    }

    public synchronized long lost() {
        return lost;
    }

    public synchronized long wrong() {
        return wrong;
    }

    public synchronized long unreported() {
        return unreported;
    }

    public synchronized List<String> failures() {
        return List.copyOf(failures);
    }

    public synchronized List<String> notes() {
        return List.copyOf(notes);
    }

    @Override
    public synchronized String toString() {
        return method + " " + backend + ": " + cases + " cases, " + lost + " lost, " + wrong + " wrong, " + unreported
                + " unreported"
                + (failures.isEmpty() ? "" : ": " + failures);
    }
}
