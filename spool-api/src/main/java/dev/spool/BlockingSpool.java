package dev.spool;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * The operations of a {@link Spool} for callers that wait. Each method has the guarantees, limits and errors of its namesake
 * there, thrown instead of completed exceptionally, and does not use the callback executor.
 *
 * <p><b>Interrupts.</b> An operation once submitted runs to its outcome: a method that is interrupted while waiting goes on
 * waiting and leaves the interrupt flag set when it returns. The deadline of {@link StoreOptions} bounds the wait.
 */
public interface BlockingSpool {

    void store(SpoolId id, Message message, StoreOptions options) throws SpoolException;

    default void store(SpoolId id, Message message) throws SpoolException {
        store(id, message, StoreOptions.DEFAULT);
    }

    void storeAll(Map<SpoolId, Message> messages, StoreOptions options) throws SpoolException;

    boolean updateEnvelope(SpoolId id, ByteBuffer envelope, StoreOptions options) throws SpoolException;

    default boolean updateEnvelope(SpoolId id, ByteBuffer envelope) throws SpoolException {
        return updateEnvelope(id, envelope, StoreOptions.DEFAULT);
    }

    Optional<Message> load(SpoolId id) throws SpoolException;

    Optional<ByteBuffer> loadEnvelope(SpoolId id) throws SpoolException;

    boolean remove(SpoolId id) throws SpoolException;

    long removeAll(Collection<SpoolId> ids) throws SpoolException;

    void cleanup() throws SpoolException;

    void compact() throws SpoolException;
}
