package dev.spool.engine;

import dev.spool.engine.io.EngineClock;
import java.time.Duration;
import java.time.Instant;

/** A clock that a test sets. */
final class ManualClock implements EngineClock {

    private volatile long nanos = 1;
    private Runnable afterReading = () -> {};

    void advance(Duration by) {
        nanos += by.toNanos();
    }

    /** Happens once, right after the time has been read for the next time. */
    void afterReading(Runnable action) {
        afterReading = action;
    }

    @Override
    public long nanoTime() {
        long read = nanos;
        Runnable action = afterReading;
        afterReading = () -> {};
        action.run();
        return read;
    }

    @Override
    public Instant now() {
        return Instant.ofEpochSecond(1_700_000_000).plusNanos(nanos);
    }
}
