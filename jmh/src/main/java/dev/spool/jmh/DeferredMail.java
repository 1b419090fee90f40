package dev.spool.jmh;

import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.StoreOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Mail of which most is delivered soon and one message in twenty is not: there is up to a GiB of those, or a quarter of a million, and
 * each time the delivery of one is tried its envelope is updated. So what stays lies scattered among what has gone, and compaction has
 * to work.
 */
final class DeferredMail {

    /** Messages that are delivered soon, and wait for that. */
    private static final int SOON = 20_000;

    private static final long DEFERRED_BYTES = 1L << 30;
    /** Where messages are small: else a disk would be filled for an hour before the first is measured. */
    private static final int DEFERRED_MESSAGES = 1 << 18;

    private static final int ONE_IN = 20;
    private static final int ENVELOPE_BYTES = 200;
    private static final int BATCH = 200;

    private final Spool spool;
    private final Bodies bodies;
    private final Waiting soon = new Waiting();
    private final Waiting deferred = new Waiting();
    private final LongAdder storedBytes = new LongAdder();

    /** Messages that are deferred. */
    private final int deferredMost;

    DeferredMail(Spool spool, Bodies bodies) {
        this.spool = spool;
        this.bodies = bodies;
        this.deferredMost = (int) Math.min(DEFERRED_MESSAGES, DEFERRED_BYTES / bodies.meanBytes());
    }

    /** Ids in the order of arrival, with a count that is read often. */
    private static final class Waiting {
        private final Queue<SpoolId> ids = new ConcurrentLinkedQueue<>();
        private final AtomicInteger count = new AtomicInteger();

        void add(SpoolId id) {
            ids.add(id);
            count.incrementAndGet();
        }

        /** The oldest, if there are more than that. */
        @Nullable
        SpoolId takeBeyond(int most) {
            if (count.get() <= most) {
                return null;
            }
            SpoolId id = ids.poll();
            if (id != null) {
                count.decrementAndGet();
            }
            return id;
        }
    }

    /** Lets as many messages wait as there are after a long time, scattered as they are then. */
    void fill() {
        for (int number = 0; deferred.count.get() < deferredMost; number += BATCH) {
            Map<SpoolId, Message> batch = new LinkedHashMap<>();
            for (int i = 0; i < BATCH; i++) {
                batch.put(SpoolId.next(), Message.of(ByteBuffer.wrap(bodies.get(number + i)), envelope(number + i)));
            }
            spool.storeAll(batch, StoreOptions.DEFAULT).join();
            List<SpoolId> delivered = new ArrayList<>(batch.keySet());
            for (int i = 0; i < BATCH / ONE_IN; i++) {
                deferred.add(delivered.remove(delivered.size() - 1));
            }
            spool.removeAll(delivered).join();
        }
    }

    /**
     * One message comes, and one of those that wait goes. Each call waits for the disk.
     *
     * @param stores told how long the store took
     */
    void step(int number, Latencies stores) throws SpoolException {
        byte[] body = bodies.get(number);
        SpoolId id = SpoolId.next();
        long start = System.nanoTime();
        spool.blocking().store(id, Message.of(ByteBuffer.wrap(body), envelope(number)));
        stores.add(System.nanoTime() - start);
        storedBytes.add(body.length + ENVELOPE_BYTES);
        if (ThreadLocalRandom.current().nextInt(ONE_IN) == 0) {
            deferred.add(id);
            retryOldest(number);
        } else {
            soon.add(id);
            remove(soon.takeBeyond(SOON));
        }
    }

    /** The one that has waited longest is tried: it goes if too many wait, else its envelope changes and it waits again. */
    private void retryOldest(int number) throws SpoolException {
        remove(deferred.takeBeyond(deferredMost));
        SpoolId tried = deferred.takeBeyond(0);
        if (tried != null) {
            spool.blocking().updateEnvelope(tried, envelope(number));
            storedBytes.add(ENVELOPE_BYTES);
            deferred.add(tried);
        }
    }

    private void remove(@Nullable SpoolId id) throws SpoolException {
        if (id != null) {
            spool.blocking().remove(id);
        }
    }

    /** Bytes of bodies and envelopes that were stored. */
    long storedBytes() {
        return storedBytes.sum();
    }

    private static ByteBuffer envelope(int number) {
        return ByteBuffer.allocate(ENVELOPE_BYTES).putInt(0, number);
    }
}
