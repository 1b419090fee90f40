package dev.spool.engine;

import dev.spool.EnumerateOptions;
import dev.spool.Health;
import dev.spool.Message;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolMetrics;
import dev.spool.SpoolOptions;
import dev.spool.SpoolReader;
import dev.spool.SpoolScan;
import dev.spool.SpoolStats;
import dev.spool.engine.io.EngineClock;
import dev.spool.engine.spi.Backend;
import dev.spool.engine.spi.BackendFactory;
import dev.spool.engine.spi.Head;
import dev.spool.engine.spi.LogReader;
import dev.spool.engine.spi.ReadOnlyBackend;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A spool opened for reading: no lock, no thread, no byte written. Nothing is cached, because nobody tells it what changes.
 */
final class EngineReader implements SpoolReader {

    private final BackendFactory factory;
    private final ReadOnlyBackend backend;
    private final UUID storeId;
    private final SpoolOptions options;
    private final EngineClock clock;
    private final ReadGate gate = new ReadGate();
    private final FoundDamage damage = new FoundDamage(detail -> this.lastDamage = detail);
    private volatile String lastDamage = "";
    private final MessageReads reads;
    private final ReentrantLock closing = new ReentrantLock();
    private final Instant opened;
    private volatile @Nullable SpoolStats last;

    EngineReader(
            BackendFactory factory, ReadOnlyBackend backend, UUID storeId, SpoolOptions options, EngineClock clock) {
        this.factory = factory;
        this.backend = backend;
        this.storeId = storeId;
        this.options = options;
        this.clock = clock;
        this.opened = clock.now();
        List<? extends LogReader> logs = backend.logs();
        long[] revisionsAtOpen = new long[logs.size()];
        for (int i = 0; i < revisionsAtOpen.length; i++) {
            revisionsAtOpen[i] = logs.get(i).head().revision() + 1;
        }
        EngineMetrics metrics = new EngineMetrics(options.metrics().orElse((SpoolMetrics) null));
        this.reads = new MessageReads(logs, revisionsAtOpen, new MessageCache(0, false), gate, metrics, clock, damage);
    }

    @Override
    public CompletableFuture<Optional<Message>> load(SpoolId id) {
        return MessageReads.completed(() -> reads.load(id));
    }

    @Override
    public CompletableFuture<Optional<ByteBuffer>> loadEnvelope(SpoolId id) {
        return MessageReads.completed(() -> reads.loadEnvelope(id));
    }

    @Override
    public SpoolScan enumerate(EnumerateOptions of) {
        return reads.enumerate(of);
    }

    /** Null while it is open: what a reader cannot do is no sign of sickness. */
    @Override
    public @Nullable String unhealthyReason() {
        return gate.isClosed() ? Health.Cause.CLOSED.publicText().orElse(null) : null;
    }

    @Override
    public Health health() {
        long corrupt = damage.count();
        if (gate.isClosed()) {
            return new Health(Health.State.CLOSED, Health.Cause.CLOSED, clock.now(), "closed", corrupt);
        }
        return corrupt > 0
                ? new Health(Health.State.DEGRADED, Health.Cause.CORRUPTION, opened, lastDamage, corrupt)
                : new Health(Health.State.HEALTHY, Health.Cause.NONE, opened, "", 0);
    }

    @Override
    public SpoolStats stats() {
        SpoolStats afterClose = last;
        return afterClose == null ? currentStats() : afterClose;
    }

    @Override
    public void close() throws SpoolException {
        closing.lock();
        try {
            if (last != null) {
                return;
            }
            last = currentStats();
            gate.close();
            backend.close();
        } finally {
            closing.unlock();
        }
    }

    private SpoolStats currentStats() {
        Backend.Usage usage = backend.usage();
        List<Head> heads = new ArrayList<>();
        backend.logs().forEach(log -> heads.add(new Head(log.head())));
        long maxMessageBytes = Math.min(options.maxMessageBytes(), usage.maxMessageBytes());
        return StatsReport.of(
                factory,
                storeId,
                heads,
                usage,
                new StatsReport.EngineUse(0, 0, maxMessageBytes, Submitter.ENVELOPE_BYTES_MAX));
    }
}
