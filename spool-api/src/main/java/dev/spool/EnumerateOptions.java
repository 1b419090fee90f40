package dev.spool;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which messages a scan returns, and how much of each. Immutable.
 *
 * @param presentAtOpenOnly only messages that were here when this spool was opened, by persisted birth revision, not by
 *     clock; a message replaced since still counts
 * @param storedBefore only messages whose stored-at time is before this instant; null: all
 * @param idsOnly leave {@link SpoolEntry.Item#envelope()} empty
 */
public record EnumerateOptions(
        boolean presentAtOpenOnly, @Nullable Instant storedBefore, boolean idsOnly) {

    /** Every message, with its envelope. */
    public static final EnumerateOptions ALL = new EnumerateOptions(false, null, false);

    public EnumerateOptions withPresentAtOpenOnly() {
        return new EnumerateOptions(true, storedBefore, idsOnly);
    }

    public EnumerateOptions withStoredBefore(Instant instant) {
        return new EnumerateOptions(presentAtOpenOnly, instant, idsOnly);
    }

    public EnumerateOptions withIdsOnly() {
        return new EnumerateOptions(presentAtOpenOnly, storedBefore, true);
    }
}
