package dev.spool.file;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.engine.spi.LogScan;
import dev.spool.engine.spi.StoredMessage;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Scans a log stripe by stripe of its index. An id never changes its stripe, so that a message is met exactly once, however often
 * it is replaced or relocated meanwhile. Within a stripe messages come in the order in which they stand on disk.
 */
class FileScan implements LogScan {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Heads heads;
    private final LocationIndex index;
    private final LostRanges lost;
    private final Iterator<Damage> lostRanges;
    private Iterator<SpoolId> stripe = List.<SpoolId>of().iterator();
    private int nextStripe;

    /** Reads messages without their bodies. */
    interface Heads {
        @Nullable
        StoredMessage read(SpoolId id, boolean withEnvelope) throws SpoolException;
    }

    FileScan(Heads heads, LocationIndex index, LostRanges lost) {
        this.heads = heads;
        this.index = index;
        this.lost = lost;
        this.lostRanges = lost.all().iterator();
    }

    @Override
    public @Nullable Entry next(boolean withEnvelope) throws SpoolException {
        while (true) {
            while (!stripe.hasNext() && nextStripe < index.stripes()) {
                stripe = inDiskOrder(index.snapshot(nextStripe++));
            }
            if (!stripe.hasNext()) {
                return lostRanges.hasNext() ? new Entry(null, null, NOTHING, lostRanges.next()) : null;
            }
            Entry entry = entry(stripe.next(), withEnvelope);
            if (entry != null) {
                return entry;
            }
        }
    }

    private @Nullable Entry entry(SpoolId id, boolean withEnvelope) throws SpoolException {
        try {
            StoredMessage message = heads.read(id, withEnvelope);
            return message == null ? null : new Entry(id, message.info(), message.envelope(), null);
        } catch (SpoolCorruptException e) {
            return new Entry(id, null, NOTHING, new Damage(e.where(), e.why()));
        }
    }

    private static Iterator<SpoolId> inDiskOrder(long[] triples) {
        return IntStream.range(0, triples.length / 3)
                .boxed()
                .sorted(Comparator.comparingLong(i -> triples[3 * i + 2]))
                .map(i -> new SpoolId(triples[3 * i], triples[3 * i + 1]))
                .iterator();
    }

    @Override
    public String incompleteBecause() {
        return lost.summary();
    }

    @Override
    public void close() {
        stripe = Arrays.<SpoolId>asList().iterator();
        nextStripe = index.stripes();
    }
}
