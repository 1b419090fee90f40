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
final class FileScan implements LogScan {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final MessageFinder finder;
    private final LocationIndex index;
    private final LostRanges lost;
    private final Iterator<Damage> lostRanges;
    private Iterator<SpoolId> stripe = List.<SpoolId>of().iterator();
    private int nextStripe;

    FileScan(MessageFinder finder, LocationIndex index, LostRanges lost) {
        this.finder = finder;
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
            StoredMessage message = finder.find(id, location -> {
                RecordReader.Read head = finder.reader().readHead(id, location, withEnvelope);
                return new StoredMessage(head.header().info(), withEnvelope ? head.envelope() : NOTHING, List.of());
            });
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
