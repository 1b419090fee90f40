package dev.spool.testkit.disk;

import dev.spool.engine.io.EngineClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until it is told to go on. Safe for any number of threads. */
public final class ManualClock implements EngineClock {

    private final AtomicLong nanos = new AtomicLong();
    private volatile Instant wall;

    /** A clock that starts at the first moment of 2026. */
    public ManualClock() {
        this(Instant.parse("2026-01-01T00:00:00Z"));
    }

    public ManualClock(Instant start) {
        wall = start;
    }

    @Override
    public long nanoTime() {
        return nanos.get();
    }

    @Override
    public Instant now() {
        return wall;
    }

    /** Lets time pass, on both clocks. */
    public void advance(Duration time) {
        advanceNanos(time.toNanos());
    }

    /** Lets time pass, on both clocks. */
    public synchronized void advanceNanos(long time) {
        if (time < 0) {
            throw new IllegalArgumentException("time cannot pass backwards: " + time + " ns");
        }
        nanos.addAndGet(time);
        wall = wall.plusNanos(time);
    }

    /** Sets the wall clock alone, as an administrator may, backwards too. */
    public synchronized void setWallClock(Instant now) {
        wall = now;
    }
}
