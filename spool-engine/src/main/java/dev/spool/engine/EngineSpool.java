package dev.spool.engine;

import dev.spool.BlockingSpool;
import dev.spool.Drainable;
import dev.spool.EnumerateOptions;
import dev.spool.Health;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolScan;
import dev.spool.SpoolStats;
import dev.spool.StoreOptions;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** An open spool, of whatever backend. */
final class EngineSpool implements Spool {

    private final EngineCore core;
    private final HandOver handOver;
    private final BlockingOperations blocking;

    EngineSpool(EngineCore core) {
        this.core = core;
        this.handOver = new HandOver(core);
        this.blocking = new BlockingOperations(core, this);
    }

    @Override
    public CompletableFuture<Void> store(SpoolId id, Message message, StoreOptions options) {
        requireOpen();
        core.submitter().checkLimits(message);
        CompletableFuture<Void> future = new CompletableFuture<>();
        core.submitter().store(id, message, options, future);
        return future;
    }

    @Override
    public CompletableFuture<Void> storeAll(Map<SpoolId, Message> messages, StoreOptions options) {
        CompletableFuture<Long> all = new CompletableFuture<>();
        storeAll(messages, options, new Tally(messages.size(), all));
        return all.thenApply(count -> null);
    }

    @Override
    public CompletableFuture<Boolean> updateEnvelope(SpoolId id, ByteBuffer envelope, StoreOptions options) {
        requireOpen();
        core.submitter().checkLimits(envelope);
        CompletableFuture<Boolean> future = new CompletableFuture<>();
        core.submitter().updateEnvelope(id, envelope, options, future);
        return future;
    }

    @Override
    public CompletableFuture<Boolean> remove(SpoolId id) {
        requireOpen();
        CompletableFuture<Boolean> future = new CompletableFuture<>();
        core.submitter().remove(id, future);
        return future;
    }

    @Override
    public CompletableFuture<Long> removeAll(Collection<SpoolId> ids) {
        CompletableFuture<Long> all = new CompletableFuture<>();
        List<SpoolId> distinct = List.copyOf(ids);
        removeAll(distinct, new Tally(distinct.size(), all));
        return all;
    }

    /** Stores all and counts them; with {@code tally} done at once if there are none. */
    void storeAll(Map<SpoolId, Message> messages, StoreOptions options, Tally tally) {
        requireOpen();
        messages.values().forEach(core.submitter()::checkLimits);
        messages.forEach((id, message) -> core.submitter().store(id, message, options, tally));
        if (messages.isEmpty()) {
            tally.run();
        }
    }

    void removeAll(Collection<SpoolId> ids, Tally tally) {
        requireOpen();
        ids.forEach(id -> core.submitter().remove(id, tally));
        if (ids.isEmpty()) {
            tally.run();
        }
    }

    @Override
    public CompletableFuture<Optional<Message>> load(SpoolId id) {
        return MessageReads.completed(() -> core.reads().load(id));
    }

    @Override
    public CompletableFuture<Optional<ByteBuffer>> loadEnvelope(SpoolId id) {
        return MessageReads.completed(() -> core.reads().loadEnvelope(id));
    }

    @Override
    public SpoolScan enumerate(EnumerateOptions options) {
        requireOpen();
        return core.reads().enumerate(options);
    }

    @Override
    public CompletableFuture<Void> cleanup() {
        requireOpen();
        return CompletableFuture.allOf(
                core.maintenance().stream().map(MaintenanceLoop::round).toArray(CompletableFuture<?>[]::new));
    }

    @Override
    public CompletableFuture<Void> compact() {
        requireOpen();
        return core.compact();
    }

    @Override
    public long adviseLowMemory() {
        requireOpen();
        return core.adviseLowMemory();
    }

    @Override
    public @Nullable String unhealthyReason() {
        return core.health().reason();
    }

    @Override
    public Health health() {
        return core.health().health();
    }

    @Override
    public SpoolStats stats() {
        return core.stats();
    }

    @Override
    public CompletableFuture<Void> shutdown() {
        return handOver.shutdown().copy();
    }

    @Override
    public BlockingSpool blocking() {
        return blocking;
    }

    @Override
    public Drainable drainable() {
        return handOver;
    }

    @Override
    public void close() throws SpoolException {
        handOver.shutdownAndWait();
    }

    void requireOpen() {
        if (handOver.isClosing()) {
            throw new IllegalStateException("the spool is closed");
        }
    }
}
