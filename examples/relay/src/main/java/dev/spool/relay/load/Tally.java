package dev.spool.relay.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/** What clients have met. Safe for any thread. */
public final class Tally {

    private final LongAdder acceptedCount = new LongAdder();
    final LongAdder connections = new LongAdder();
    final LongAdder refused = new LongAdder();
    final LongAdder reset = new LongAdder();
    final LongAdder sentAway = new LongAdder();
    final LongAdder deferred = new LongAdder();
    final LongAdder rejected = new LongAdder();
    private final ConcurrentLinkedQueue<String> accepted = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> notes = new ConcurrentLinkedQueue<>();
    private final AtomicLong lastAccepted = new AtomicLong(System.nanoTime());
    private final LongAccumulator longestGap = new LongAccumulator(Long::max, 0);

    Tally() {}

    void accepted(String id) {
        accepted.add(id);
        acceptedCount.increment();
        long now = System.nanoTime();
        longestGap.accumulate(now - lastAccepted.getAndSet(now));
    }

    void note(String text) {
        notes.add(text);
    }

    /** Ids of the messages that were answered with 250. */
    public List<String> accepted() {
        return new ArrayList<>(accepted);
    }

    /** How many messages were answered with 250. */
    public long acceptedCount() {
        return acceptedCount.sum();
    }

    /** Connections that were established. */
    public long connections() {
        return connections.sum();
    }

    /** Connections that could not be established. */
    public long refused() {
        return refused.sum();
    }

    /** Connections that ended without 421 and without having been asked to, by a reset or otherwise, or gave no reply for too long. */
    public long reset() {
        return reset.sum();
    }

    /** Replies of 421: connect again. */
    public long sentAway() {
        return sentAway.sum();
    }

    /** Other replies of 4xx. */
    public long deferred() {
        return deferred.sum();
    }

    /** Replies of 5xx. */
    public long rejected() {
        return rejected.sum();
    }

    /** What went wrong, for people. */
    public List<String> notes() {
        return new ArrayList<>(notes);
    }

    /** Longest time between two messages accepted, by whatever client, since this was asked last; in milliseconds. */
    public long longestGapMillis() {
        return longestGap.getThenReset() / 1_000_000;
    }

    @Override
    public String toString() {
        return connections() + " connections, " + acceptedCount() + " messages accepted, " + sentAway() + " times 421, "
                + deferred() + " other 4xx, " + rejected() + " 5xx, " + refused() + " connections refused, " + reset()
                + " reset";
    }
}
