package dev.spool.testkit.history;

import dev.spool.BlockingSpool;
import dev.spool.Message;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.testkit.contract.Samples;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Operates on one message of a spool, from any number of threads, and remembers when each call began, when it ended and what it
 * answered. The message must not be there at the beginning.
 *
 * <p>A linearizable spool looks to all of them as if it did one operation after the other, each at some moment between its call and
 * its answer: {@link #inconsistency()} tells whether this one did.
 */
public final class MessageHistory {

    private static final int NUMBER_BYTES = Integer.BYTES;

    private final BlockingSpool spool;
    private final SpoolId id;
    private final AtomicInteger numbers = new AtomicInteger();
    private final CallHistory calls = new CallHistory();

    public MessageHistory(BlockingSpool spool, SpoolId id) {
        this.spool = spool;
        this.id = id;
    }

    /** Stores or replaces the message. At least four bytes of both parts go to the number that makes this version known. */
    public void store(int bodyBytes, int envelopeBytes) throws SpoolException {
        int number = numbers.incrementAndGet();
        Message message = Message.of(part(number, bodyBytes), part(-number, envelopeBytes));
        long began = calls.begin();
        spool.store(id, message);
        calls.ended(began, new Outcome.Stored(number));
    }

    /** Replaces the envelope alone. */
    public void updateEnvelope(int envelopeBytes) throws SpoolException {
        int number = numbers.incrementAndGet();
        ByteBuffer envelope = part(-number, envelopeBytes);
        long began = calls.begin();
        boolean found = spool.updateEnvelope(id, envelope);
        calls.ended(began, new Outcome.Updated(number, found));
    }

    /** Removes the message. */
    public void remove() throws SpoolException {
        long began = calls.begin();
        boolean found = spool.remove(id);
        calls.ended(began, new Outcome.Removed(found));
    }

    /**
     * Loads the message.
     *
     * @throws AssertionError if it holds bytes that nobody stored
     */
    public void load() throws SpoolException {
        long began = calls.begin();
        Optional<Message> found = spool.load(id);
        Content content = null;
        if (found.isPresent()) {
            int body = numberOf("body", ByteBuffer.wrap(found.get().bodyToArray()));
            content = new Content(body, -numberOf("envelope", found.get().envelope()));
        }
        calls.ended(began, new Outcome.Loaded(content));
    }

    /**
     * Loads the envelope alone.
     *
     * @throws AssertionError if it holds bytes that nobody stored
     */
    public void loadEnvelope() throws SpoolException {
        long began = calls.begin();
        Optional<ByteBuffer> found = spool.loadEnvelope(id);
        calls.ended(
                began,
                new Outcome.EnvelopeLoaded(
                        found.map(envelope -> -numberOf("envelope", envelope)).orElse(null)));
    }

    /** Calls so far. */
    public int size() {
        return calls.size();
    }

    /**
     * Null if all calls can be put in an order that explains every answer; else a text that tells which cannot. To be asked when no
     * call is under way.
     */
    public @Nullable String inconsistency() {
        String missing = calls.inconsistency();
        return missing == null ? null : id + ": " + missing;
    }

    /** A number, and bytes that follow from it. */
    private static ByteBuffer part(int number, int bytes) {
        int size = Math.max(NUMBER_BYTES, bytes);
        return Samples.buffer(number, size).putInt(0, number);
    }

    private int numberOf(String what, ByteBuffer part) {
        if (part.remaining() < NUMBER_BYTES) {
            throw new AssertionError(id + ": the " + what + " has only " + part.remaining() + " bytes");
        }
        int number = part.getInt(part.position());
        int wrong = part.mismatch(part(number, part.remaining()));
        if (wrong >= 0) {
            throw new AssertionError(id + ": byte " + wrong + " of " + part.remaining() + " is wrong in the " + what
                    + " that claims to be number " + number);
        }
        return number;
    }
}
