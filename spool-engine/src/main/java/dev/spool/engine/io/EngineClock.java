package dev.spool.engine.io;

import java.time.Instant;

/** Time as the engine sees it; a simulation brings its own. */
public interface EngineClock {

    /** Monotonic nanoseconds from an arbitrary origin. */
    long nanoTime();

    /** Wall-clock time. */
    Instant now();

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
    };
}
