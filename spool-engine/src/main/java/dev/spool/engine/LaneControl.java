package dev.spool.engine;

import dev.spool.engine.spi.SealedLog;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Something the engine asks of a lane, taken up in the order of submission. */
final class LaneControl extends InboxEntry {

    /** What is asked. */
    enum Kind {
        /** Make what has completed durable; only a deferred spool has anything to do. */
        FLUSH,
        /** Refuse stores from here on; done when those before are finished and durable. */
        DRAIN,
        /** Refuse everything from here on; done when all that came before is finished and the log is sealed. */
        SEAL,
        /** Accept everything again. */
        RESUME
    }

    final Kind kind;

    /** Completed by the lane's thread, so that nothing may depend on it but waiting threads. SEAL brings what was sealed. */
    final CompletableFuture<@Nullable SealedLog> done = new CompletableFuture<>();

    LaneControl(Kind kind) {
        this.kind = kind;
    }
}
