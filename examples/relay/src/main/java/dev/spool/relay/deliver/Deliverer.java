package dev.spool.relay.deliver;

import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolCorruptException;
import dev.spool.SpoolId;
import dev.spool.relay.envelope.Envelope;
import dev.spool.relay.envelope.EnvelopeFormat;
import dev.spool.relay.envelope.MalformedEnvelopeException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What happens to a message that is due: it is sent, and then the spool is told what came of it. Safe for any thread.
 *
 * <p>Between the downstream server's yes and the removal from the spool a crash makes a second copy; SMTP has no way around that. A removal that
 * merely fails makes none: it is what is tried again then, not the delivery.
 */
final class Deliverer {

    private static final System.Logger LOG = System.getLogger(Deliverer.class.getName());

    private final Spool spool;
    private final RetryTimes retries;
    private final Undeliverable undeliverable;
    private final InstantSource clock;

    /** What came of deliveries that the spool has not been told yet: who is left, or nobody. */
    private final Map<SpoolId, Optional<Envelope>> untold = new ConcurrentHashMap<>();

    Deliverer(Spool spool, RetryTimes retries, Undeliverable undeliverable, InstantSource clock) {
        this.spool = spool;
        this.retries = retries;
        this.undeliverable = undeliverable;
        this.clock = clock;
    }

    /** Handles one; returns when to look at it again, or empty if it is gone. */
    Optional<Instant> handle(SpoolId id, Downstream downstream) {
        try {
            if (!untold.containsKey(id)) {
                Optional<Message> message = spool.blocking().load(id);
                if (message.isEmpty()) {
                    return Optional.empty();
                }
                untold.put(id, outcome(id, message.get(), downstream));
            }
            return tell(id);
        } catch (SpoolCorruptException e) {
            LOG.log(Level.ERROR, id + " is damaged and stays where it is; spool fsck tells more", e);
            return Optional.empty();
        } catch (IOException e) {
            LOG.log(Level.WARNING, id + " is looked at again in " + retries.first(), e);
            return Optional.of(clock.instant().plus(retries.first()));
        }
    }

    private Optional<Instant> tell(SpoolId id) throws IOException {
        Optional<Envelope> left = untold.get(id);
        if (left == null || left.isEmpty()) {
            spool.blocking().remove(id);
        } else {
            spool.blocking().updateEnvelope(id, EnvelopeFormat.write(left.get()));
        }
        untold.remove(id);
        return left == null ? Optional.empty() : left.map(Envelope::due);
    }

    /** Sends it; returns the envelope it is to have from now on, or empty if it is to leave the spool. */
    private Optional<Envelope> outcome(SpoolId id, Message message, Downstream downstream) throws IOException {
        Envelope envelope;
        try {
            envelope = EnvelopeFormat.read(message.envelope());
        } catch (MalformedEnvelopeException e) {
            drop(id, id + "-malformed", message, message.envelope(), "its envelope cannot be read: " + e.getMessage());
            return Optional.empty();
        }
        Attempt attempt = downstream.deliver(envelope, message);
        // A name for each putting-aside, since a message can see several; one that is done again after a crash finds
        // its own.
        String name = id + "-" + (envelope.attempts() + 1);
        List<String> left = new ArrayList<>(attempt.deferred());
        if (!drop(id, name + "-refused", message, envelope, attempt.refused(), "refused: " + attempt.reason())) {
            left.addAll(attempt.refused());
        }
        if (left.isEmpty()) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        Optional<Instant> again = retries.after(envelope, now);
        String given = "given up after " + (envelope.attempts() + 1) + " attempts: " + attempt.reason();
        if (again.isEmpty() && drop(id, name + "-given-up", message, envelope, left, given)) {
            return Optional.empty();
        }
        Instant due = again.orElse(now.plus(retries.longest()));
        LOG.log(Level.INFO, "{0} is tried again at {1}: {2}", id, due, attempt.reason());
        return Optional.of(envelope.afterFailure(due, left));
    }

    /** Takes these recipients out; false if that cannot be written, so that they have to stay. */
    private boolean drop(
            SpoolId id, String name, Message message, Envelope envelope, List<String> whom, String reason) {
        if (whom.isEmpty()) {
            return true;
        }
        try {
            drop(id, name, message, EnvelopeFormat.write(envelope.to(whom)), reason);
            return true;
        } catch (IOException e) {
            // Never thrown on: others may have got the message by now, and must not get it again.
            LOG.log(Level.ERROR, id + " stays in the spool: it cannot be put aside", e);
            return false;
        }
    }

    private void drop(SpoolId id, String name, Message message, ByteBuffer envelope, String reason) throws IOException {
        LOG.log(Level.WARNING, "{0} is undeliverable: {1}", id, reason);
        undeliverable.keep(name, message, envelope, reason);
    }
}
