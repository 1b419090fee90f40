package dev.spool.jmh;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/** The bodies of a workload: of one size, or of many as mail has them. None of them compresses. */
final class Bodies {

    /** The name of bodies whose sizes vary as those of mail do. */
    static final String MAIL = "mail";

    /**
     * Sizes of mail, and how many of 64 messages have about that size: most are a few KiB of text, a few are large, and those carry
     * most of the bytes.
     */
    private static final int[][] MAIL_BYTES_AND_COUNTS = {
        {1_500, 6}, {3_000, 16}, {6_000, 16}, {12_000, 12}, {30_000, 8}, {90_000, 4}, {300_000, 1}, {900_000, 1}
    };

    private final List<byte[]> bodies;

    private Bodies(List<byte[]> bodies) {
        this.bodies = bodies;
    }

    /** By a size in bytes, or {@link #MAIL}. */
    static Bodies named(String name) {
        SplittableRandom random = new SplittableRandom(1);
        List<byte[]> bodies = new ArrayList<>();
        if (name.equals(MAIL)) {
            for (int[] size : MAIL_BYTES_AND_COUNTS) {
                for (int i = 0; i < size[1]; i++) {
                    bodies.add(body(random, size[0] * (80 + random.nextInt(40)) / 100));
                }
            }
            Collections.shuffle(bodies, new Random(1));
        } else {
            bodies.add(body(random, Integer.parseInt(name)));
        }
        return new Bodies(bodies);
    }

    private static byte[] body(SplittableRandom random, int bytes) {
        byte[] body = new byte[bytes];
        random.nextBytes(body);
        return body;
    }

    /** The {@code n}th; they repeat. */
    byte[] get(int n) {
        return bodies.get(Math.floorMod(n, bodies.size()));
    }

    /** Of one on average. */
    long meanBytes() {
        return (long) bodies.stream().mapToInt(body -> body.length).average().orElseThrow();
    }
}
