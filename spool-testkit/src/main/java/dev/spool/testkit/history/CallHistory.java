package dev.spool.testkit.history;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Calls on one thing by any number of threads: when each began, when it ended, and what it answered. */
public final class CallHistory {

    private final AtomicLong clock = new AtomicLong();
    private final List<Call> calls = Collections.synchronizedList(new ArrayList<>());

    /** The moment at which a call begins, to be asked for right before it. */
    public long begin() {
        return clock.incrementAndGet();
    }

    /** A call has just been answered. */
    public void ended(long began, Outcome outcome) {
        calls.add(new Call(began, clock.incrementAndGet(), outcome));
    }

    /** Calls so far. */
    public int size() {
        return calls.size();
    }

    /**
     * Null if all calls can be put in an order that explains every answer; else a text that tells which cannot. There was nothing at the
     * beginning. To be asked when no call is under way.
     */
    public @Nullable String inconsistency() {
        return Linearization.missing(List.copyOf(calls));
    }
}
