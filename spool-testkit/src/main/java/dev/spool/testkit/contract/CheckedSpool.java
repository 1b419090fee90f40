package dev.spool.testkit.contract;

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
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A spool that runs a check after its first close, made by {@link CheckedProvider}. Everything else it passes on. */
public final class CheckedSpool implements Spool {

    /** What runs after the close. */
    @FunctionalInterface
    interface AfterClose {
        /** @param entries how many messages the spool held when it closed; empty if it did not own its directory then */
        void run(OptionalLong entries) throws SpoolException;
    }

    private static final Set<Drainable.Phase> OWNING =
            EnumSet.of(Drainable.Phase.OPEN, Drainable.Phase.DRAINING, Drainable.Phase.DRAINED);

    private final Spool spool;
    private final AfterClose afterClose;
    private final AtomicBoolean closed = new AtomicBoolean();

    CheckedSpool(Spool spool, AfterClose afterClose) {
        this.spool = spool;
        this.afterClose = afterClose;
    }

    /** Closes the spool; then, the first time, checks its directory. */
    @Override
    public void close() throws SpoolException {
        boolean first = closed.compareAndSet(false, true);
        boolean owner = first && OWNING.contains(drainable().snapshotState().phase());
        OptionalLong entries = OptionalLong.empty();
        try {
            spool.close();
            entries = owner ? OptionalLong.of(spool.stats().entries()) : entries;
        } finally {
            if (first) {
                afterClose.run(entries);
            }
        }
    }

    @Override
    public CompletableFuture<Void> store(SpoolId id, Message message, StoreOptions options) {
        return spool.store(id, message, options);
    }

    @Override
    public CompletableFuture<Void> storeAll(Map<SpoolId, Message> messages, StoreOptions options) {
        return spool.storeAll(messages, options);
    }

    @Override
    public CompletableFuture<Boolean> updateEnvelope(SpoolId id, ByteBuffer envelope, StoreOptions options) {
        return spool.updateEnvelope(id, envelope, options);
    }

    @Override
    public CompletableFuture<Optional<Message>> load(SpoolId id) {
        return spool.load(id);
    }

    @Override
    public CompletableFuture<Optional<ByteBuffer>> loadEnvelope(SpoolId id) {
        return spool.loadEnvelope(id);
    }

    @Override
    public CompletableFuture<Boolean> remove(SpoolId id) {
        return spool.remove(id);
    }

    @Override
    public CompletableFuture<Long> removeAll(Collection<SpoolId> ids) {
        return spool.removeAll(ids);
    }

    @Override
    public SpoolScan enumerate(EnumerateOptions options) {
        return spool.enumerate(options);
    }

    @Override
    public CompletableFuture<Void> cleanup() {
        return spool.cleanup();
    }

    @Override
    public CompletableFuture<Void> compact() {
        return spool.compact();
    }

    @Override
    public long adviseLowMemory() {
        return spool.adviseLowMemory();
    }

    @Override
    public @Nullable String unhealthyReason() {
        return spool.unhealthyReason();
    }

    @Override
    public Health health() {
        return spool.health();
    }

    @Override
    public SpoolStats stats() {
        return spool.stats();
    }

    @Override
    public CompletableFuture<Void> shutdown() {
        return spool.shutdown();
    }

    @Override
    public BlockingSpool blocking() {
        return spool.blocking();
    }

    @Override
    public Drainable drainable() {
        return spool.drainable();
    }
}
