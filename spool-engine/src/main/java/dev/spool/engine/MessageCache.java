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
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * Messages as read and verified, bounded in bytes. Holds the newest version of an id that the log shows or nothing: the committer
 * {@linkplain #changing invalidates} an id before the log shows its new version, and a load that overlapped with that is not kept.
 *
 * <p>Thread-safe; nothing in here waits for I/O.
 */
final class MessageCache {

    private static final int ENTRY_OVERHEAD_BYTES = 200;
    private static final int STRIPES = 1024;
    private static final long ONE_CHANGE = 1L << 24;
    private static final long UNDER_WAY = ONE_CHANGE - 1;

    private final long budgetBytes;
    private final @Nullable Cache<SpoolId, StoredMessage> cache;

    /** How many changes of the stripe's messages have begun, times {@link #ONE_CHANGE}, and how many of them are under way. */
    private final AtomicLongArray changes = new AtomicLongArray(STRIPES);

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
    long stamp(SpoolId id) {
        return changes.get(stripe(id));
    }

    /** Keeps a message that was read, unless it has changed since the stamp was taken, or was about to. */
    void loaded(SpoolId id, StoredMessage message, long stamp) {
        if (cache == null || (stamp & UNDER_WAY) != 0 || weight(message) > budgetBytes / 8) {
            return;
        }
        cache.asMap().compute(id, (key, known) -> stamp(id) == stamp ? message : known);
    }

    /**
     * The log is about to show these records. From here until {@link #changed} nothing is kept of the messages that they change: who has
     * read the new version from the log must not find the old one here after that. By their committer.
     */
    void changing(List<BatchRecord> records) {
        if (cache == null) {
            return;
        }
        for (int i = 0; i < records.size(); i++) {
            BatchRecord record = records.get(i);
            if (record.previous() != null) {
                SpoolId id = record.header().id();
                changes.addAndGet(stripe(id), ONE_CHANGE + 1);
                cache.invalidate(id);
            }
        }
    }

    /** The log shows these records, or has failed. By their committer, once after each {@link #changing}. */
    void changed(List<BatchRecord> records) {
        if (cache == null) {
            return;
        }
        for (int i = 0; i < records.size(); i++) {
            BatchRecord record = records.get(i);
            if (record.previous() != null) {
                changes.decrementAndGet(stripe(record.header().id()));
            }
        }
    }

    /** The log shows these records, which their committer has staged still. By their committer, before anybody is told. */
    void stored(List<BatchRecord> records) {
        if (!onStore) {
            return;
        }
        for (BatchRecord record : records) {
            if (record.header().type() == RecordType.PUT && record.previousChunk() == null) {
                SpoolId id = record.header().id();
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
