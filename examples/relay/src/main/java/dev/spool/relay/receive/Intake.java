package dev.spool.relay.receive;

import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolId;
import dev.spool.SpoolInDoubtException;
import dev.spool.StoreOptions;
import dev.spool.handoff.HeldStores;
import dev.spool.relay.envelope.Envelope;
import dev.spool.relay.envelope.EnvelopeFormat;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.subethamail.smtp.RejectException;

/** Where a message becomes ours: in the spool first, and then in the queue of deliveries. Safe for any thread. */
public final class Intake {

    private static final System.Logger LOG = System.getLogger(Intake.class.getName());

    private final Spool spool;
    private final HeldStores stores;
    private final BiConsumer<SpoolId, Envelope> stored;

    /**
     * @param stores the spool's, so that a store in the middle of a handoff learns how that ended
     * @param stored is told of each message once it is on disk
     */
    public Intake(Spool spool, HeldStores stores, BiConsumer<SpoolId, Envelope> stored) {
        this.spool = spool;
        this.stores = stores;
        this.stored = stored;
    }

    /** Why a connection should not be greeted; null to greet it. No I/O and no lock while the spool is healthy. */
    @Nullable
    String unhealthyAtConnect() {
        String reason = spool.unhealthyReason();
        if (reason == null) {
            return null;
        }
        return switch (spool.health().cause()) {
            // While space is low small messages are taken; and a client that came just as a handoff began waits at
            // MAIL.
            case NONE, FULL_SOFT, CORRUPTION, DRAINING, SEALED, FENCED, CLOSED -> null;
            case FULL, SYNC_FAILED, SYNC_SLOW, OVERLOADED -> reason;
        };
    }

    /** Refuses at MAIL what would be refused after the data. */
    void check() throws RejectException {
        String reason = spool.unhealthyReason();
        RejectException refusal = reason == null ? null : Replies.to(spool.health(), reason);
        if (refusal != null) {
            throw refusal;
        }
    }

    /**
     * Stores it; when this returns it is on disk.
     *
     * @throws RejectException what to answer if it is not
     */
    SpoolId accept(Envelope envelope, byte[] body) throws RejectException {
        SpoolId id = SpoolId.next();
        Message message = Message.of(ByteBuffer.wrap(body), EnvelopeFormat.write(envelope));
        try {
            stores.store(id, message, StoreOptions.DEFAULT).join();
        } catch (CompletionException e) {
            throw refusal(id, e.getCause());
        } catch (IllegalArgumentException e) {
            throw Replies.tooLarge();
        }
        stored.accept(id, envelope);
        return id;
    }

    private RejectException refusal(SpoolId id, @Nullable Throwable cause) {
        if (cause instanceof IllegalArgumentException) {
            return Replies.tooLarge();
        }
        LOG.log(Level.WARNING, "a message was refused: {0}", cause);
        if (cause instanceof SpoolInDoubtException) {
            withdraw(id);
        }
        return Replies.to(cause);
    }

    /** The client will send it again; if this one was stored all the same, it would be delivered twice. */
    @SuppressWarnings("FutureReturnValueIgnored") // whether it works or not: SMTP allows the second copy
    private void withdraw(SpoolId id) {
        spool.remove(id);
    }
}
