package dev.spool;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/**
 * UUIDv7 after RFC 9562, section 6.2 method 3: 48 bits of milliseconds, 12 bits of sub-millisecond clock that double as a
 * counter, 62 random bits. The clock part never repeats and never goes back within the process, even if the wall clock does.
 */
final class Uuid7 {

    private static final AtomicLong LAST_TICK = new AtomicLong();

    private static final ThreadLocal<SplitMix> RANDOM = ThreadLocal.withInitial(SplitMix::new);

    private Uuid7() {}

    static SpoolId next() {
        long tick = nextTick();
        long high = ((tick >>> 12) << 16) | 0x7000L | (tick & 0xfff);
        long low = (RANDOM.get().next() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return new SpoolId(high, low);
    }

    /** 4096ths of a millisecond since 1970, each value given out once. */
    private static long nextTick() {
        Instant now = Instant.now();
        long nanos = now.getEpochSecond() * 1_000_000_000L + now.getNano();
        long clock = ((nanos / 1_000_000) << 12) | ((nanos % 1_000_000) * 4096 / 1_000_000);
        return LAST_TICK.updateAndGet(last -> Math.max(last + 1, clock));
    }

    /**
     * SplitMix64 (Steele, Lea, Flood 2014) seeded from the system's entropy: ids need to be distinct, not unguessable, and a
     * locked SecureRandom would be dearer than the rest of a store.
     */
    private static final class SplitMix {
        private long state = new SecureRandom().nextLong();

        long next() {
            state += 0x9e3779b97f4a7c15L;
            long mixed = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
            mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
            return mixed ^ (mixed >>> 31);
        }
    }
}
