package dev.spool.jmh;

import org.HdrHistogram.Histogram;

/** How long the calls of one thread took; for that thread, and for whoever reads it after the thread has stopped. */
final class Latencies {

    private static final int DIGITS = 3;

    private final Histogram histogram = new Histogram(DIGITS);

    void add(long nanos) {
        histogram.recordValue(nanos);
    }

    /** Adds them to others, and forgets them. */
    void moveTo(Histogram others) {
        others.add(histogram);
        histogram.reset();
    }

    static Histogram histogram() {
        return new Histogram(DIGITS);
    }
}
