package dev.spool.file;

import dev.spool.engine.spi.BackendContext;

/**
 * When compaction copies in the background, and how fast: {@code compactionBytesPerSecond} where it begins, and the faster the more
 * the segments take for what is live in them: 16 times as fast at twice as much. So a limit that is lower than what is written lets no
 * disk fill.
 */
final class CompactionPace {

    /** The segments take so many times what is live when compaction begins: early enough to stay below twice as much. */
    private static final double CROWDED = 1.5;

    /** From here on the pace grows less steeply: padding counts, and small messages alone take this much with nothing dead. */
    private static final double OVERFULL = 2;

    /** How often the pace doubles while the segments come to take as much again as is live, up to there and beyond. */
    private static final double DOUBLINGS = 8;

    private static final double DOUBLINGS_BEYOND = 2;

    private static final double PACE_DOUBLINGS_MAX = 20;
    private static final int SLACK_SEGMENTS = 4;

    /** Longest rest that one round earns. */
    private static final double REST_NANOS_MAX = 3600e9;

    private static final double LOOK_NANOS = 1e9;

    private final BackendContext context;
    private final SegmentFiles files;
    private final SegmentSupply supply;

    /** How long nothing is copied, counted from {@link #lookedAt} at the usual pace. */
    private double owedNanos;

    private long lookedAt;

    CompactionPace(BackendContext context, SegmentFiles files, SegmentSupply supply) {
        this.context = context;
        this.files = files;
        this.supply = supply;
        this.lookedAt = context.clock().nanoTime();
    }

    /** Whether there is enough to gain to begin. */
    boolean isCrowded() {
        return crowding() > CROWDED;
    }

    /** Takes note of bytes copied: the next ones have to wait that much longer. */
    void copied(long bytes) {
        double nanos = bytes * 1e9 / context.options().compactionBytesPerSecond();
        owedNanos = restNanos() + Math.min(nanos, REST_NANOS_MAX);
    }

    /** Whether nothing is to be copied yet, whoever wakes the compactor. */
    boolean rests() {
        return restNanos() > 0;
    }

    /** How long to sleep until that is over, or until it may be otherwise. */
    long sleepNanos() {
        return (long) Math.min(LOOK_NANOS, Math.ceil(restNanos() / speed()));
    }

    /** The time that has passed since the last look counts at the speed of now. */
    private double restNanos() {
        long now = context.clock().nanoTime();
        owedNanos = Math.max(0, owedNanos - (now - lookedAt) * speed());
        lookedAt = now;
        return owedNanos;
    }

    /** How many times as fast as the limit, so that it comes to what is written. */
    private double speed() {
        double crowding = crowding();
        double doublings = DOUBLINGS * (Math.min(crowding, OVERFULL) - CROWDED)
                + DOUBLINGS_BEYOND * Math.max(0, crowding - OVERFULL);
        return Math.pow(2, Math.max(0, Math.min(PACE_DOUBLINGS_MAX, doublings)));
    }

    /** How much the living segments take, beyond a few of them, for each byte that is live in them. */
    private double crowding() {
        long live = 0;
        long size = 0;
        for (Segment segment : files.living()) {
            live += segment.liveBytes();
            size += segment.sizeBytes();
        }
        long beyond = Math.max(0, size - SLACK_SEGMENTS * (long) supply.hotSegmentBytes());
        return beyond / (double) Math.max(1, live);
    }
}
