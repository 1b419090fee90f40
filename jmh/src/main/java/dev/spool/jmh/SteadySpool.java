package dev.spool.jmh;

import dev.spool.BlockingSpool;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A spool as it is after days of work: it has stored and removed many times its pool, so that segments are recycled and not
 * made. What is stored here is remembered, and removed oldest first, beside the stores or when asked.
 */
final class SteadySpool implements AutoCloseable {

    /** Messages that stay when old ones are removed beside the stores. */
    private static final int LIVE = 20_000;

    private static final int REMOVED_TOGETHER = 512;
    private static final long REMOVER_PAUSE_NANOS = 100_000;
    private static final long FIRST_BYTES = 1L << 30;

    private final Path directory = Workload.newDirectory("spool");
    private final byte[] payload = Workload.payload();
    private final Queue<SpoolId> stored = new ConcurrentLinkedQueue<>();
    private final AtomicLong live = new AtomicLong();
    private final Thread remover = new Thread(this::removeOld, "remover");
    private final Spool spool;
    private final BlockingSpool blocking;
    private volatile boolean removing = true;
    private volatile boolean closing;

    SteadySpool(String backend, SpoolOptions options) throws IOException {
        spool = SpoolProvider.named(backend).open(directory, options);
        blocking = spool.blocking();
        remover.start();
        work(FIRST_BYTES / Workload.PAYLOAD_BYTES);
    }

    Spool spool() {
        return spool;
    }

    /** Stores one message and waits for it. */
    void store() throws SpoolException {
        blocking.store(nextId(), Message.of(payload));
    }

    /** Stores one message without waiting for it. */
    CompletableFuture<Void> submit() {
        return spool.store(nextId(), Message.of(payload));
    }

    /** Whether old messages are removed beside the stores. */
    void removeBeside(boolean beside) {
        removing = beside;
    }

    /** Removes all messages. */
    void removeAll() {
        while (live.get() > 0) {
            removeOldest();
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        closing = true;
        remover.join();
        spool.close();
        Workload.delete(directory);
    }

    private SpoolId nextId() {
        SpoolId id = SpoolId.next();
        stored.add(id);
        live.incrementAndGet();
        return id;
    }

    private void work(long messages) {
        Queue<CompletableFuture<Void>> underWay = new ArrayDeque<>();
        for (long i = 0; i < messages; i++) {
            if (underWay.size() == Workload.IN_FLIGHT) {
                underWay.remove().join();
            }
            underWay.add(submit());
        }
        underWay.forEach(CompletableFuture::join);
    }

    private void removeOld() {
        while (!closing) {
            if (removing && live.get() >= LIVE + REMOVED_TOGETHER) {
                removeOldest();
            } else {
                LockSupport.parkNanos(REMOVER_PAUSE_NANOS);
            }
        }
    }

    private void removeOldest() {
        List<SpoolId> oldest = new ArrayList<>(REMOVED_TOGETHER);
        SpoolId id = stored.poll();
        while (id != null) {
            oldest.add(id);
            id = oldest.size() < REMOVED_TOGETHER ? stored.poll() : null;
        }
        spool.removeAll(oldest).join();
        live.addAndGet(-oldest.size());
    }
}
