package dev.spool.engine.io;

import java.time.Instant;

/** Time as the engine sees it; a simulation brings its own. */
public interface EngineClock {

    /** Monotonic nanoseconds from an arbitrary origin. */
    long nanoTime();

    /** Wall-clock time. */
    Instant now();

    /** Wall-clock time in milliseconds since 1970. */
    default long millis() {
        return now().toEpochMilli();
    }

    /** The clocks of this machine. */
    EngineClock SYSTEM = new EngineClock() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public Instant now() {
            return Instant.now();
        }

        @Override
        public long millis() {
            return System.currentTimeMillis();
        }
    };
}
