package dev.spool;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Options of one mutation. Immutable.
 *
 * @param deadline how long the operation may wait before it joins a batch; past it, it is refused with
 *     {@link SpoolDeadlineException} and certainly not stored. Measured on a monotonic clock from submission. Null: the
 *     spool's {@link SpoolOptions#storeTimeout()}
 * @param giveUpAfter how long after submission an operation that has joined a batch is waited for; past it, it fails with
 *     {@link SpoolInDoubtException}. Null: the deadline
 * @param forceSync sync before completing even if the spool is {@link Durability#DEFERRED}
 * @param storedAt the time recorded with the message, to the millisecond; null: now. Copying and importing keep times so
 */
public record StoreOptions(
        @Nullable Duration deadline,
        @Nullable Duration giveUpAfter,
        boolean forceSync,
        @Nullable Instant storedAt) {

    /** The spool's defaults. */
    public static final StoreOptions DEFAULT = new StoreOptions(null, null, false, null);

    public StoreOptions {
        requirePositive("deadline", deadline);
        requirePositive("giveUpAfter", giveUpAfter);
    }

    public StoreOptions withDeadline(Duration newDeadline) {
        return new StoreOptions(newDeadline, giveUpAfter, forceSync, storedAt);
    }

    public StoreOptions withGiveUpAfter(Duration newGiveUpAfter) {
        return new StoreOptions(deadline, newGiveUpAfter, forceSync, storedAt);
    }

    public StoreOptions withForceSync() {
        return new StoreOptions(deadline, giveUpAfter, true, storedAt);
    }

    public StoreOptions withStoredAt(Instant newStoredAt) {
        return new StoreOptions(deadline, giveUpAfter, forceSync, newStoredAt);
    }

    private static void requirePositive(String name, @Nullable Duration duration) {
        if (duration != null && (duration.isNegative() || duration.isZero())) {
            throw new IllegalArgumentException(name + " must be positive, not " + duration);
        }
    }
}
