package dev.spool.cli.stress;

import java.time.Duration;

/**
 * What load to put on a spool.
 *
 * @param inFlight operations of each thread that are under way at once
 * @param removeRatio how many removals follow each message stored, on average
 * @param replaceRatio how many replaces follow each message stored, on average
 */
public record StressPlan(
        Duration duration, int threads, int inFlight, SizeRange sizes, double removeRatio, double replaceRatio) {

    public StressPlan {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException("--seconds must be more than 0");
        }
        atLeastOne("--threads", threads);
        atLeastOne("--in-flight", inFlight);
        chance("--remove-ratio", removeRatio);
        chance("--replace-ratio", replaceRatio);
    }

    private static void atLeastOne(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, not " + value);
        }
    }

    private static void chance(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " must be from 0 to 1, not " + value);
        }
    }
}
