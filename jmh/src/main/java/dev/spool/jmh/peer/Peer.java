package dev.spool.jmh.peer;

import dev.spool.SpoolId;
import java.io.IOException;
import java.util.Collection;

/** Something that stores messages durably. Many threads use one side by side. */
public interface Peer extends AutoCloseable {

    /** Stores a message; on disk when this returns. */
    void store(SpoolId id, byte[] body) throws IOException;

    /** Begins to store a message. One whose interface has nothing to wait for later stores it at once. */
    default Pending submit(SpoolId id, byte[] body) throws IOException {
        store(id, body);
        return Pending.DONE;
    }

    /**
     * Reads a message that is stored; its length.
     *
     * @throws UnsupportedOperationException if it reads nothing but everything, at its start
     */
    int load(SpoolId id) throws IOException;

    /** Removes a message; gone from the disk when this returns. */
    void remove(SpoolId id) throws IOException;

    /** Removes several together, where that can be done. */
    default void removeAll(Collection<SpoolId> ids) throws IOException {
        for (SpoolId id : ids) {
            remove(id);
        }
    }

    /** Whether messages can be removed, and make room for others. */
    default boolean removes() {
        return true;
    }

    /** Syncs since it was opened; -1 if it does not tell. */
    default long syncs() {
        return -1;
    }

    @Override
    void close() throws IOException;

    /** A store under way. */
    @FunctionalInterface
    interface Pending {

        /** None: it is done. */
        Pending DONE = () -> {};

        /** Waits until the message is on disk. */
        void await() throws IOException;
    }
}
