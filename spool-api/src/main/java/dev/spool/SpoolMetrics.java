package dev.spool;

import java.util.List;

/**
 * Told what a spool does. Every method has an empty default. Called from committing and calling threads alike: an
 * implementation must be thread-safe, quick, and must not throw or call the spool. Times are nanoseconds of a monotonic
 * clock; {@link #LATENCY_BUCKETS_NANOS} are bucket bounds that resolve below a millisecond.
 */
public interface SpoolMetrics {

    /** Upper bounds of latency buckets that suit a spool: 10 µs to 10 s, three a decade. */
    List<Long> LATENCY_BUCKETS_NANOS = List.of(
            10_000L,
            20_000L,
            50_000L,
            100_000L,
            200_000L,
            500_000L,
            1_000_000L,
            2_000_000L,
            5_000_000L,
            10_000_000L,
            20_000_000L,
            50_000_000L,
            100_000_000L,
            200_000_000L,
            500_000_000L,
            1_000_000_000L,
            2_000_000_000L,
            5_000_000_000L,
            10_000_000_000L);

    /** Kinds of operation. */
    enum Operation {
        STORE,
        UPDATE_ENVELOPE,
        LOAD,
        LOAD_ENVELOPE,
        REMOVE
    }

    /**
     * An operation reached its outcome.
     *
     * @param bytes body and envelope bytes moved
     * @param nanos from submission to outcome
     */
    default void completed(Operation operation, long bytes, long nanos) {}

    /** An operation failed; {@code kind} is the simple class name of the exception. */
    default void failed(Operation operation, String kind) {}

    /**
     * A batch was committed.
     *
     * @param operations records in it
     * @param bytes bytes written, padding included
     * @param syncNanos time of the sync alone; 0 if it was deferred
     */
    default void committed(int shard, int operations, long bytes, long syncNanos) {}

    /** A batch had to go into a segment that was not filled beforehand; syncs of it cost up to twice as much. */
    default void unfilledSegmentUsed(int shard) {}

    /** Compaction copied live data. */
    default void compacted(int shard, long bytesCopied, long bytesFreed) {}

    /** Health changed. */
    default void healthChanged(Health health) {}

    /** Sizes, about once a second while anything changes. */
    default void gauges(SpoolStats stats) {}
}
