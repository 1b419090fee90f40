package dev.spool.relay.deliver;

import dev.spool.relay.envelope.Envelope;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When a delivery that failed is tried again: after {@code first}, then twice as long each time, up to {@code longest}, until the
 * message is {@code giveUpAfter} old.
 */
public record RetryTimes(Duration first, Duration longest, Duration giveUpAfter) {

    /** One minute, doubling up to four hours, for five days. */
    public static final RetryTimes DEFAULT =
            new RetryTimes(Duration.ofMinutes(1), Duration.ofHours(4), Duration.ofDays(5));

    public RetryTimes {
        if (first.isZero() || first.isNegative() || longest.compareTo(first) < 0 || giveUpAfter.isNegative()) {
            throw new IllegalArgumentException("the first pause (" + first + ") is positive, and at most the longest ("
                    + longest + "); giving up after " + giveUpAfter);
        }
    }

    /** When to try again after a failure now; empty to give up. */
    Optional<Instant> after(Envelope envelope, Instant now) {
        Duration pause = first;
        for (int i = 0; i < envelope.attempts() && pause.compareTo(longest) < 0; i++) {
            pause = pause.multipliedBy(2);
        }
        Instant next = now.plus(pause.compareTo(longest) < 0 ? pause : longest);
        return next.isAfter(envelope.received().plus(giveUpAfter)) ? Optional.empty() : Optional.of(next);
    }
}
