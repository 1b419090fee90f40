package dev.spool.engine;

import dev.spool.EnumerateOptions;
import dev.spool.Message;
import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolMetrics;
import dev.spool.SpoolScan;
import dev.spool.engine.io.EngineClock;
import dev.spool.engine.spi.LogReader;
import dev.spool.engine.spi.StoredMessage;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Loads and scans, on the caller's thread, of an owned spool and of one opened for reading alike. Thread-safe. */
final class MessageReads {

    private final List<? extends LogReader> logs;
    private final MessageCache cache;
    private final ReadGate gate;
    private final EngineMetrics metrics;
    private final EngineClock clock;
    private final FoundDamage damage;

    /** Per shard, the first revision that was not there when the spool was opened. */
    private final long[] revisionsAtOpen;

    MessageReads(
            List<? extends LogReader> logs,
            long[] revisionsAtOpen,
            MessageCache cache,
            ReadGate gate,
            EngineMetrics metrics,
            EngineClock clock,
            FoundDamage damage) {
        this.logs = logs;
        this.revisionsAtOpen = revisionsAtOpen;
        this.cache = cache;
        this.gate = gate;
        this.metrics = metrics;
        this.clock = clock;
        this.damage = damage;
    }

    Optional<Message> load(SpoolId id) throws SpoolException {
        return read(id, true)
                .map(stored ->
                        Message.of(readOnly(stored.body()), stored.envelope().asReadOnlyBuffer()));
    }

    Optional<ByteBuffer> loadEnvelope(SpoolId id) throws SpoolException {
        return read(id, false).map(stored -> stored.envelope().asReadOnlyBuffer());
    }

    SpoolScan enumerate(EnumerateOptions options) {
        if (gate.isClosed()) {
            throw new IllegalStateException("the spool is closed");
        }
        return new EngineScan(logs, revisionsAtOpen, options, gate, damage, this::load);
    }

    /** The outcome of a read as a future that has completed; what is no {@link SpoolException} is thrown. */
    static <T> CompletableFuture<T> completed(Callable<T> read) {
        try {
            return CompletableFuture.completedFuture(read.call());
        } catch (SpoolException e) {
            return CompletableFuture.failedFuture(e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("a read throws nothing else", e);
        }
    }

    private Optional<StoredMessage> read(SpoolId id, boolean withBody) throws SpoolException {
        SpoolMetrics.Operation kind = withBody ? SpoolMetrics.Operation.LOAD : SpoolMetrics.Operation.LOAD_ENVELOPE;
        long start = metrics.isPresent() ? clock.nanoTime() : 0;
        int reader = gate.enter();
        try {
            StoredMessage message = find(id, withBody);
            if (metrics.isPresent()) {
                metrics.completed(kind, message == null ? 0 : bytes(message, withBody), clock.nanoTime() - start);
            }
            return Optional.ofNullable(message);
        } catch (SpoolException e) {
            metrics.failed(kind, e);
            if (e instanceof SpoolCorruptException corrupt) {
                damage.met(id, corrupt.where(), corrupt.why());
            }
            throw e;
        } finally {
            gate.leave(reader);
        }
    }

    private @Nullable StoredMessage find(SpoolId id, boolean withBody) throws SpoolException {
        StoredMessage cached = cache.get(id);
        if (cached != null) {
            return cached;
        }
        long stamp = cache.stamp(id);
        StoredMessage read = logs.get(IdHash.shard(id, logs.size())).read(id, withBody);
        if (read != null && withBody) {
            cache.loaded(id, read, stamp);
        }
        return read;
    }

    private static long bytes(StoredMessage message, boolean withBody) {
        long body = withBody ? message.info().bodyBytes() : 0;
        return body + message.info().envelopeBytes();
    }

    private static List<ByteBuffer> readOnly(List<ByteBuffer> body) {
        return body.stream().map(ByteBuffer::asReadOnlyBuffer).toList();
    }
}
