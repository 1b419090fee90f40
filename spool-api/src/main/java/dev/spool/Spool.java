package dev.spool;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A durable message spool: the place where a mail or queue server puts a message before it says "accepted".
 *
 * <p><b>Guarantee.</b> When the future of {@link #store}, {@link #updateEnvelope} or {@link #remove} completes normally, the
 * effect is on disk together with every directory entry needed to find it, and survives a crash of the process, the
 * operating system or the machine. A spool opened with {@link Durability#DEFERRED} relaxes this; nothing else does.
 *
 * <p><b>Three outcomes, always exactly one.</b>
 *
 * <ul>
 *   <li><i>Completed</i>: on disk.
 *   <li><i>Refused</i>: any {@link SpoolException} but {@link SpoolInDoubtException}. Certainly not stored, and never found
 *       later; but for what was being written while another process took the directory over, which ends with
 *       {@link SpoolFencedException}, and which that one may have found, whole. {@link SpoolException#retryable()} says whether
 *       trying again makes sense.
 *   <li><i>In doubt</i>: {@link SpoolInDoubtException}. An I/O failure, or a sync that outlasted
 *       {@link StoreOptions#giveUpAfter()}. The operation took effect whole or not at all, and the next successful commit or
 *       the next open decides which.
 * </ul>
 *
 * <p><b>Order.</b> Operations on one id take effect in the order of submission. {@link #load} sees committed state only.
 *
 * <p><b>Threading.</b> All methods may be called from any thread, virtual threads included. No method but those of
 * {@link #blocking()}, {@link #drainable()}, {@link #close()}, {@link #adviseLowMemory()} and the iteration of a
 * {@link SpoolScan} waits for the disk in the calling thread, except that {@link #load} and {@link #loadEnvelope} read there,
 * and {@link #remove} and {@link #updateEnvelope} read the header of what they are about. Futures complete on the callback
 * executor of {@link SpoolOptions}, never on a thread that commits. When more bytes are in flight than
 * {@link SpoolOptions#maxInFlightBytes()}, the future waits, not the caller. Cancelling a returned future cancels nothing.
 * Interrupting a caller hurts nobody else.
 *
 * <p><b>Limits.</b> See {@link #stats()} for {@link SpoolStats#maxMessageBytes()} and
 * {@link SpoolStats#maxEnvelopeBytes()}: both shrink with the volume. More is refused with {@link IllegalArgumentException}
 * before anything is written.
 */
public interface Spool extends SpoolReader {

    /**
     * Stores a message under {@code id}, or replaces the one that is there, body and envelope together.
     *
     * <p>The buffers of the message are borrowed until the future completes: they must not change until then. Their
     * positions and limits are left alone.
     *
     * @return completes when the message is on disk; exceptionally with a {@link SpoolException} as described at
     *     {@link Spool}: {@link SpoolFullException}, {@link SpoolDeadlineException}, {@link SpoolOverloadedException},
     *     {@link SpoolUnhealthyException}, {@link SpoolDrainingException} (all: certainly not stored), {@link SpoolFencedException}
     *     or {@link SpoolInDoubtException}
     * @throws IllegalArgumentException if body or envelope exceed the limits of this spool
     * @throws IllegalStateException if the spool is closed
     */
    CompletableFuture<Void> store(SpoolId id, Message message, StoreOptions options);

    /** {@link #store(SpoolId, Message, StoreOptions)} with {@link StoreOptions#DEFAULT}. */
    default CompletableFuture<Void> store(SpoolId id, Message message) {
        return store(id, message, StoreOptions.DEFAULT);
    }

    /**
     * Stores many messages with one acknowledgement. This is not a transaction: after a failure each of them is stored or
     * not, on its own.
     *
     * @return completes when all messages are on disk; exceptionally with the first failure once the outcome of all is known,
     *     the other failures being suppressed exceptions of it
     */
    CompletableFuture<Void> storeAll(Map<SpoolId, Message> messages, StoreOptions options);

    /**
     * Replaces the envelope of a message and leaves its body untouched; the body is not rewritten.
     *
     * @param envelope the new envelope, borrowed until completion; empty (no bytes remaining) removes the envelope
     * @return true once the new envelope is on disk; false if there was no such message, which is durable as well
     */
    CompletableFuture<Boolean> updateEnvelope(SpoolId id, ByteBuffer envelope, StoreOptions options);

    /** {@link #updateEnvelope(SpoolId, ByteBuffer, StoreOptions)} with {@link StoreOptions#DEFAULT}. */
    default CompletableFuture<Boolean> updateEnvelope(SpoolId id, ByteBuffer envelope) {
        return updateEnvelope(id, envelope, StoreOptions.DEFAULT);
    }

    /**
     * Removes a message, corrupt ones included. Rides in the next group commit.
     *
     * @return true once the removal is on disk; false if there was nothing, and that is durable too: it waits until doubts
     *     about this spool are settled
     */
    CompletableFuture<Boolean> remove(SpoolId id);

    /**
     * Removes many messages with one acknowledgement; not a transaction.
     *
     * @return the number of messages that were there, once all removals are on disk; failures as in {@link #storeAll}
     */
    CompletableFuture<Long> removeAll(Collection<SpoolId> ids);

    /**
     * Runs one bounded round of maintenance: recycling, compaction of the best victims, filling. The engine also schedules
     * this by itself; a host need never call it.
     */
    CompletableFuture<Void> cleanup();

    /**
     * Flushes, then compacts until nothing is left to gain. Safe beside all other operations.
     *
     * @return completes when done; exceptionally with {@link SpoolCorruptException} if damage was met on the way, in which
     *     case the damaged part was left where it is and nothing was lost; with {@link SpoolIoException} if something could not
     *     be read, or nothing be written
     */
    CompletableFuture<Void> compact();

    /**
     * Flushes what is flushable and drops caches.
     *
     * @return the bytes saved; may be negative if memory use rose meanwhile
     */
    long adviseLowMemory();

    /**
     * Refuses new work, finishes what was queued, syncs, seals and writes the clean end. Idempotent: every call returns the
     * same outcome.
     *
     * @return completes when the clean end is on disk and the lock is released
     */
    CompletableFuture<Void> shutdown();

    /** The same spool with blocking methods; they bypass the callback executor. */
    BlockingSpool blocking();

    /** The controls by which a host drains, seals and hands this spool to another process. */
    Drainable drainable();

    /**
     * {@link #shutdown()}, waiting for it. An interrupt is kept and does not cut the wait short.
     *
     * @throws SpoolException if the clean end could not be written; everything acknowledged is on disk all the same
     */
    @Override
    void close() throws SpoolException;
}
