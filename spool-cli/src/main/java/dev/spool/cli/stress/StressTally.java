package dev.spool.cli.stress;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** What came of a worker's operations, or of all workers' together. */
public final class StressTally {

    private static final int SIGNIFICANT_DIGITS = 3;

    private final Histogram storeNanos = new Histogram(SIGNIFICANT_DIGITS);
    private final Histogram loadNanos = new Histogram(SIGNIFICANT_DIGITS);
    private final Histogram removeNanos = new Histogram(SIGNIFICANT_DIGITS);
    private long storedBytes;
    private long replaced;
    private long refused;
    private long inDoubt;
    private long failedLoads;
    private long wrongLoads;
    private @Nullable Exception fatal;

    void stored(StressOperation operation) {
        storeNanos.recordValue(operation.latencyNanos());
        storedBytes += operation.target().sizeBytes();
        if (operation.kind() == StressOperation.Kind.REPLACE) {
            replaced++;
        }
    }

    void removed(StressOperation operation) {
        removeNanos.recordValue(operation.latencyNanos());
    }

    void loaded(long latencyNanos) {
        loadNanos.recordValue(latencyNanos);
    }

    void refused() {
        refused++;
    }

    void inDoubt() {
        inDoubt++;
    }

    void failedLoad() {
        failedLoads++;
    }

    void wrongLoad() {
        wrongLoads++;
    }

    /** Keeps the first failure that ended a worker. */
    void fatal(Exception failure) {
        fatal = fatal == null ? failure : fatal;
    }

    void add(StressTally other) {
        storeNanos.add(other.storeNanos);
        loadNanos.add(other.loadNanos);
        removeNanos.add(other.removeNanos);
        storedBytes += other.storedBytes;
        replaced += other.replaced;
        refused += other.refused;
        inDoubt += other.inDoubt;
        failedLoads += other.failedLoads;
        wrongLoads += other.wrongLoads;
        if (other.fatal != null) {
            fatal(other.fatal);
        }
    }

    /** Latencies of acknowledged stores, replaces included. */
    public Histogram storeNanos() {
        return storeNanos;
    }

    public Histogram loadNanos() {
        return loadNanos;
    }

    public Histogram removeNanos() {
        return removeNanos;
    }

    public long storedBytes() {
        return storedBytes;
    }

    /** How many of the stores replaced a message. */
    public long replacedCount() {
        return replaced;
    }

    /** Operations certainly not done, retried later. */
    public long refusedCount() {
        return refused;
    }

    public long inDoubtCount() {
        return inDoubt;
    }

    /** Loads that ended with an error. */
    public long failedLoadCount() {
        return failedLoads;
    }

    /** Loads that returned other bytes than had been acknowledged, or nothing. */
    public long wrongLoadCount() {
        return wrongLoads;
    }

    public boolean anythingAcknowledged() {
        return storeNanos.getTotalCount() + removeNanos.getTotalCount() > 0;
    }

    /** What ended a worker before its time; null if nothing did. */
    public @Nullable Exception fatalFailure() {
        return fatal;
    }
}
