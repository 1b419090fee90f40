package dev.spool.cli.base;

import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.StoreOptions;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Keeps several stores under way, so that they share syncs, and few enough that memory stays bounded. Outcomes are handed on
 * in the order of submission.
 */
public final class StoreWindow {

    private static final int MESSAGES_MAX = 256;
    private static final long BYTES_MAX = 16L << 20;

    private final Spool spool;
    private final Stored stored;
    private final Deque<Pending> underWay = new ArrayDeque<>();
    private long bytesUnderWay;

    /** Told of each message once it is on disk. */
    @FunctionalInterface
    public interface Stored {
        void accept(SpoolId id) throws IOException;
    }

    private record Pending(SpoolId id, long sizeBytes, CompletableFuture<Void> future) {}

    public StoreWindow(Spool spool, Stored stored) {
        this.spool = spool;
        this.stored = stored;
    }

    /**
     * Submits a message, after waiting for the oldest ones if too much is under way.
     *
     * @throws SpoolException if an earlier one failed
     * @throws IllegalArgumentException if this one is larger than the spool takes; nothing else is affected
     */
    public void store(SpoolId id, Message message, StoreOptions options) throws IOException {
        while (!underWay.isEmpty()
                && (underWay.size() == MESSAGES_MAX || bytesUnderWay + message.bodyBytes() > BYTES_MAX)) {
            settleOldest();
        }
        CompletableFuture<Void> future = spool.store(id, message, options);
        underWay.add(new Pending(id, message.bodyBytes(), future));
        bytesUnderWay += message.bodyBytes();
    }

    /**
     * Waits for everything under way; hands on all that succeeded.
     *
     * @throws SpoolException the first failure
     */
    public void drain() throws IOException {
        SpoolException first = null;
        while (!underWay.isEmpty()) {
            try {
                settleOldest();
            } catch (SpoolException e) {
                first = suppressing(first, e);
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private void settleOldest() throws IOException {
        Pending oldest = underWay.remove();
        bytesUnderWay -= oldest.sizeBytes;
        Outcome.of(oldest.future);
        stored.accept(oldest.id);
    }

    private static SpoolException suppressing(@Nullable SpoolException first, SpoolException next) {
        if (first == null) {
            return next;
        }
        first.addSuppressed(next);
        return first;
    }
}
