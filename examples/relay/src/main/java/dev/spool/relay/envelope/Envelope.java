package dev.spool.relay.envelope;

import java.time.Instant;
import java.util.List;

/**
 * What the spool holds beside a message's bytes. Immutable.
 *
 * @param received when the message was accepted, to the millisecond
 * @param from the sender; empty for the null sender of bounces
 * @param attempts how many attempts at delivery have failed
 * @param due when the next one may be made, to the millisecond
 * @param recipients who has not got it yet; never empty
 */
public record Envelope(Instant received, String from, int attempts, Instant due, List<String> recipients) {

    public Envelope {
        recipients = List.copyOf(recipients);
        if (recipients.isEmpty() || attempts < 0) {
            throw new IllegalArgumentException(recipients.size() + " recipients, " + attempts + " attempts");
        }
    }

    /** One failed attempt later. */
    public Envelope afterFailure(Instant nextDue, List<String> left) {
        return new Envelope(received, from, attempts + 1, nextDue, left);
    }

    /** The same for some of its recipients. */
    public Envelope to(List<String> some) {
        return new Envelope(received, from, attempts, due, some);
    }
}
