package dev.spool.engine.spi;

import dev.spool.MessageInfo;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import java.io.Closeable;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A running scan of one log, used by one thread at a time. */
public interface LogScan extends Closeable {

    /**
     * The next entry, or null at the end. Damage is an entry, not an exception.
     *
     * @param withEnvelope read and verify the envelope
     * @throws SpoolException if the scan cannot go on at all
     */
    @Nullable
    Entry next(boolean withEnvelope) throws SpoolException;

    /** Why the scan, now at its end, did not see everything; empty if it did. */
    String incompleteBecause();

    @Override
    void close();

    /**
     * A message, or damage: exactly one of {@code info} and {@code damage} is there.
     *
     * @param id null only for damage whose message is not known
     * @param envelope empty if there is none or it was not asked for
     */
    record Entry(
            @Nullable SpoolId id,
            @Nullable MessageInfo info,
            ByteBuffer envelope,
            @Nullable Damage damage) {}

    /** Where something is damaged, and how. */
    record Damage(String where, String why) {}
}
