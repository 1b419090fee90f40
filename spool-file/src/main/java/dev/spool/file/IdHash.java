package dev.spool.file;

import java.security.SecureRandom;

/**
 * Mixes an id into 64 bits that are all good. Ids may come from anywhere, also from somebody who wants them to collide, so
 * each instance draws keys of its own.
 */
final class IdHash {

    // Odd, with no pattern in its bits: the golden ratio and another irrational fraction, as in SplitMix64.
    private static final long FINISH = 0x9e3779b97f4a7c15L;
    private static final long SALT = 0xbf58476d1ce4e5b9L;

    private final long highKey;
    private final long lowKey;

    IdHash(long highKey, long lowKey) {
        this.highKey = highKey;
        this.lowKey = lowKey;
    }

    static IdHash random() {
        SecureRandom random = new SecureRandom();
        return new IdHash(random.nextLong(), random.nextLong());
    }

    long of(long high, long low) {
        // No bare half of the id may be a factor: whoever chose it could make the product 0 for every other half.
        return fold(fold(high ^ highKey, low ^ lowKey) ^ SALT, FINISH);
    }

    /** Both halves of the 128-bit product: each bit of either factor reaches the whole result. */
    private static long fold(long a, long b) {
        return Math.multiplyHigh(a, b) ^ (a * b);
    }
}
