package dev.spool;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The reading side of a spool. A read-only open ({@link SpoolProvider#openReadOnly}) returns just this; a {@link Spool} is
 * this and the mutations.
 *
 * <p><b>Read-only opens</b> take no lock and write no byte; they work beside a running owner and see what had been committed
 * when a read began, refreshing themselves as the owner goes on.
 */
public interface SpoolReader extends AutoCloseable {

    /**
     * Loads a message. Checksums are verified on every read from storage, in the calling thread.
     *
     * @return the message with read-only buffers, or empty if there is none; exceptionally with
     *     {@link SpoolCorruptException} if it is damaged: damaged bytes and older versions are never returned
     */
    CompletableFuture<Optional<Message>> load(SpoolId id);

    /**
     * Loads only the envelope, without reading the body.
     *
     * @return the envelope, read-only; an empty buffer if the message has none; empty if there is no such message
     */
    CompletableFuture<Optional<ByteBuffer>> loadEnvelope(SpoolId id);

    /**
     * Enumerates the spool in unspecified order and bounded memory, beside all other operations. Each message that was there
     * when the scan began and is not removed meanwhile comes exactly once, replaced or relocated or not.
     *
     * @throws IllegalStateException if the spool is closed
     */
    SpoolScan enumerate(EnumerateOptions options);

    /** {@link #enumerate(EnumerateOptions)} with {@link EnumerateOptions#ALL}. */
    default SpoolScan enumerate() {
        return enumerate(EnumerateOptions.ALL);
    }

    /**
     * The reason why this spool should be given no new messages, or null if it is healthy. One volatile read of a constant:
     * no I/O, no lock, no allocation, so that it can be asked on every connection. The text is bland and safe to show to a
     * remote peer.
     */
    @Nullable
    String unhealthyReason();

    /** The private, structured side of {@link #unhealthyReason()}. */
    Health health();

    /** Counts and sizes as of now. */
    SpoolStats stats();

    @Override
    void close() throws SpoolException;
}
