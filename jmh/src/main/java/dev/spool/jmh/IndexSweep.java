package dev.spool.jmh;

import dev.spool.Spool;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Prints the heap that index and segment metadata take for each message while a spool grows, every envelope having been
 * replaced once: {@code IndexSweep [messages [bodyBytes]]}.
 */
public final class IndexSweep {

    private static final long FIRST = 100_000;
    private static final long LAST_DEFAULT = 4_000_000;
    private static final int BODY_BYTES_DEFAULT = 256;
    private static final long PRINTED_EVERY = 100_000;
    private static final long LOOKED_AT_EVERY = 5_000;

    private double sum;
    private double worst;
    private long worstAt;
    private long samples;

    private IndexSweep() {}

    public static void main(String[] arguments) throws IOException {
        long last = arguments.length > 0 ? Long.parseLong(arguments[0]) : LAST_DEFAULT;
        int bodyBytes = arguments.length > 1 ? Integer.parseInt(arguments[1]) : BODY_BYTES_DEFAULT;
        Sizes sizes = run(last, bodyBytes);
        System.out.printf(
                Locale.ROOT,
                "average %.1f, at worst %.1f bytes a message (at %,d messages)%n",
                sizes.average(),
                sizes.worst(),
                sizes.worstAt());
    }

    /** Bytes for each message: on average over all sizes of the spool, and at worst. */
    public record Sizes(double average, double worst, long worstAt) {}

    /** Grows a spool up to so many messages, and updates every envelope once. */
    public static Sizes run(long last, int bodyBytes) throws IOException {
        Path directory = Workload.newDirectory("sweep");
        try (Spool spool = SpoolProvider.named("file").open(directory, SpoolOptions.DEFAULTS)) {
            return new IndexSweep().grow(spool, last, bodyBytes);
        } finally {
            Workload.delete(directory);
        }
    }

    private Sizes grow(Spool spool, long last, int bodyBytes) {
        BulkLoad load = new BulkLoad(spool, bodyBytes);
        for (long messages = BulkLoad.STEP; messages <= last; messages += BulkLoad.STEP) {
            load.updateEnvelopes(load.storeStep());
            if (messages >= FIRST && messages % LOOKED_AT_EVERY == 0) {
                look(spool, messages);
            }
        }
        return new Sizes(sum / samples, worst, worstAt);
    }

    private void look(Spool spool, long messages) {
        double each = (double) spool.stats().indexBytes() / messages;
        sum += each;
        samples++;
        if (each > worst) {
            worst = each;
            worstAt = messages;
        }
        if (messages % PRINTED_EVERY == 0) {
            System.out.printf(Locale.ROOT, "%,10d messages: %.1f bytes each%n", messages, each);
        }
    }
}
