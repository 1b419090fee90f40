package dev.spool.engine;

import static java.util.Objects.requireNonNull;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.spool.SpoolId;
import dev.spool.engine.record.RecordType;
import dev.spool.engine.spi.BatchRecord;
import dev.spool.engine.spi.StoredMessage;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/**
 * Messages as read and verified, bounded in bytes. Holds the newest committed version of an id or nothing: the committer
 * {@linkplain #committed invalidates} an id after its new version is visible in the log and before anybody is told of it, and a
 * load that overlapped with that is not kept.
 *
 * <p>Thread-safe; nothing in here waits for I/O.
 */
final class MessageCache {

    private static final int ENTRY_OVERHEAD_BYTES = 200;
    private static final int STRIPES = 1024;

    private final long budgetBytes;
    private final @Nullable Cache<SpoolId, StoredMessage> cache;

    /** How often a message of the stripe has changed. */
    private final AtomicIntegerArray changes = new AtomicIntegerArray(STRIPES);

    private final boolean onStore;

    /** @param onStore whether stored messages are kept at once */
    MessageCache(long budgetBytes, boolean onStore) {
        this.onStore = onStore;
        this.budgetBytes = budgetBytes;
        this.cache = budgetBytes < 64 << 10
                ? null
                : Caffeine.newBuilder()
                        .maximumWeight(budgetBytes)
                        .weigher((SpoolId id, StoredMessage message) -> weight(message))
                        .executor(Runnable::run)
                        .build();
    }

    @Nullable
    StoredMessage get(SpoolId id) {
        return cache == null ? null : cache.getIfPresent(id);
    }

    /** To be read before the message is read from the log, and given to {@link #loaded}. */
    int stamp(SpoolId id) {
        return changes.get(stripe(id));
    }

    /** Keeps a message that was read, unless it changed since the stamp was taken. */
    void loaded(SpoolId id, StoredMessage message, int stamp) {
        if (cache == null || weight(message) > budgetBytes / 8) {
            return;
        }
        cache.asMap().compute(id, (key, known) -> stamp(id) == stamp ? message : known);
    }

    /** These records are what is current now, as the log shows already. By their committer, before anybody is told. */
    void committed(List<BatchRecord> records) {
        if (cache == null) {
            return;
        }
        for (int i = 0; i < records.size(); i++) {
            BatchRecord record = records.get(i);
            SpoolId id = record.header().id();
            if (record.previous() != null) {
                changes.incrementAndGet(stripe(id));
                cache.invalidate(id);
            }
            if (onStore && record.header().type() == RecordType.PUT && record.previousChunk() == null) {
                loaded(id, copy(record), stamp(id));
            }
        }
    }

    private static StoredMessage copy(BatchRecord record) {
        ByteBuffer staged = requireNonNull(record.staged(), "a stored message has bytes");
        int envelopeBytes = record.header().envelopeBytes();
        int bodyBytes = record.header().partBytes();
        byte[] bytes = new byte[envelopeBytes + bodyBytes];
        staged.get(BatchRecord.HEADROOM_BYTES, bytes);
        ByteBuffer all = ByteBuffer.wrap(bytes).asReadOnlyBuffer();
        return new StoredMessage(
                record.header().info(), all.slice(0, envelopeBytes), List.of(all.slice(envelopeBytes, bodyBytes)));
    }

    /** Drops everything; returns the bytes dropped. */
    long clear() {
        long before = bytes();
        if (cache != null) {
            cache.invalidateAll();
            cache.cleanUp();
        }
        return before - bytes();
    }

    long bytes() {
        return cache == null
                ? 0
                : cache.policy()
                        .eviction()
                        .map(eviction -> eviction.weightedSize().orElse(0))
                        .orElse(0L);
    }

    private static int weight(StoredMessage message) {
        long bytes = (long) ENTRY_OVERHEAD_BYTES + message.envelope().remaining();
        for (ByteBuffer part : message.body()) {
            bytes += part.remaining();
        }
        return (int) Math.min(Integer.MAX_VALUE, bytes);
    }

    private static int stripe(SpoolId id) {
        return (int) IdHash.mix(id) & (STRIPES - 1);
    }
}
