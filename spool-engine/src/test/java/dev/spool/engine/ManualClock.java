package dev.spool.engine;

import dev.spool.engine.io.EngineClock;
import java.time.Duration;
import java.time.Instant;

/** A clock that a test sets. */
final class ManualClock implements EngineClock {

    private volatile long nanos = 1;

    void advance(Duration by) {
        nanos += by.toNanos();
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public Instant now() {
        return Instant.ofEpochSecond(1_700_000_000).plusNanos(nanos);
    }
}
