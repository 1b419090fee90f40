package dev.spool.relay.receive;

import dev.spool.Health;
import dev.spool.SpoolDrainingException;
import dev.spool.SpoolFencedException;
import dev.spool.SpoolFullException;
import org.jspecify.annotations.Nullable;
import org.subethamail.smtp.DropConnectionException;
import org.subethamail.smtp.RejectException;

/** What a client is told when the spool does not take its message. No text names a path. */
final class Replies {

    private Replies() {}

    /** The reply to a store that failed. */
    static RejectException to(@Nullable Throwable failure) {
        if (failure instanceof SpoolFullException) {
            return new RejectException(452, "4.3.1 no room at present");
        }
        if (failure instanceof SpoolDrainingException || failure instanceof SpoolFencedException) {
            return leaving();
        }
        return new RejectException(451, "4.3.0 try again later");
    }

    /** The reply to MAIL from what the health probe says; null to go on. */
    static @Nullable RejectException to(Health health, @Nullable String unhealthyReason) {
        if (unhealthyReason == null) {
            return null;
        }
        return switch (health.cause()) {
            // While space is low the spool still takes what is small, and answers for itself what is not.
            case NONE, FULL_SOFT, CORRUPTION -> null;
            case FULL -> new RejectException(452, "4.3.1 " + unhealthyReason);
            case DRAINING, SEALED, FENCED, CLOSED -> leaving();
            case SYNC_FAILED, SYNC_SLOW, OVERLOADED -> new RejectException(451, "4.3.0 " + unhealthyReason);
        };
    }

    /** The reply to a message that is too large. */
    static RejectException tooLarge() {
        return new RejectException(552, "5.3.4 the message is too large");
    }

    /** The reply to an address that the relay cannot pass on. */
    static RejectException address() {
        return new RejectException(553, "5.1.3 an address of ASCII, please");
    }

    /** The reply once this process takes no more; the connection is closed after it. */
    static DropConnectionException leaving() {
        return new DropConnectionException(421, "4.3.2 this server is being replaced, connect again");
    }
}
