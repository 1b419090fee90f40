package dev.spool.engine.spi;

import dev.spool.SpoolOptions;
import dev.spool.engine.io.Disk;
import dev.spool.engine.io.EngineClock;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** What the engine gives a backend. */
public interface BackendContext {

    Path directory();

    Disk disk();

    EngineClock clock();

    SpoolOptions options();

    UUID storeId();

    int shards();

    /** The epoch under which this owner writes. */
    long epoch();

    /** Whether the last owner sealed everything and released the directory, or this spool is new. */
    boolean cleanlyReleased();

    /**
     * Whether whoever owned the directory before writes no more for certain. If not, it may go on until it notices that it is not
     * the owner, so this one writes to new files only, under names that the other will not come to use.
     */
    boolean predecessorGone();

    /** A small durable record of the backend's, kept in the epoch file; at most {@link #NOTE_BYTES_MAX} bytes. */
    ByteBuffer note();

    /** Replaces {@link #note()} by what is made of it; on disk when this returns. One change at a time, whatever log it is for. */
    void updateNote(UnaryOperator<ByteBuffer> change) throws dev.spool.SpoolException;

    /** Asks for a commit of that log soon, be it an empty batch, so that the backend's own records can ride in it. */
    void requestCommit(int log);

    /** Wakes the maintenance steps that wait. */
    void wakeMaintenance();

    /** Tells of damage found, once per damaged place: counted and logged, and the spool is degraded from then on. */
    void damaged(LogScan.Damage damage);

    /** Largest {@link #note()}. */
    int NOTE_BYTES_MAX = 2560;
}
