package dev.spool.engine;

import dev.spool.Fingerprint;
import dev.spool.SpoolException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a spool as its owner holds it: identity, lock, epoch, and the small durable note of the backend. But for
 * {@link #stillMine} it is used by one thread at a time, which belongs to the engine.
 */
interface Ownership extends Fence {

    Path directory();

    UUID storeId();

    int shards();

    /** The epoch under which this owner writes. */
    long epoch();

    /** Whether the last owner sealed everything and released the directory, or this spool is new. */
    boolean cleanlyReleased();

    /** Whether whoever owned the directory before writes no more for certain. */
    boolean predecessorGone();

    /** The fingerprint that the last owner left when it released the directory; null if it left none. */
    @Nullable
    Fingerprint lastFingerprint();

    ByteBuffer note();

    /** Replaces the note durably by what is made of it; one change at a time. Any thread. */
    void updateNote(UnaryOperator<ByteBuffer> change) throws SpoolException;

    /** Records a clean end with this fingerprint, durably, and lets go of the lock. */
    void release(Fingerprint fingerprint) throws SpoolException;

    /**
     * Takes the lock back after {@link #release}.
     *
     * @throws dev.spool.SpoolLockedException if another process holds it
     * @throws dev.spool.SpoolFencedException if another process has owned the directory meanwhile; the lock is not held then
     */
    void reacquire() throws SpoolException;

    /** Whether the epoch has moved, be the directory owned or released at present. */
    boolean overtaken() throws SpoolException;

    /** Lets go of the lock, if it is held, without recording anything. Idempotent. */
    void abandon();
}
