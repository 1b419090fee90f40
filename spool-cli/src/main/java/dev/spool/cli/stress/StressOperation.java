package dev.spool.cli.stress;

import dev.spool.Message;
import dev.spool.SpoolId;
import dev.spool.engine.ledger.BodyDigest;
import dev.spool.engine.ledger.Payload;
import org.jspecify.annotations.Nullable;

/** One store, replace or removal on its way; owned by one worker, and by the callback that completes it. */
final class StressOperation {

    /** What is done. */
    enum Kind {
        STORE,
        REPLACE,
        REMOVE
    }

    private final Kind kind;
    private final LiveMessage target;
    private final @Nullable Message message;
    private final @Nullable BodyDigest digest;
    private long issuedNanos;
    private long latencyNanos;
    private @Nullable Exception failure;

    private StressOperation(Kind kind, LiveMessage target, byte @Nullable [] body) {
        this.kind = kind;
        this.target = target;
        this.message = body == null ? null : Message.of(body);
        this.digest = body == null ? null : BodyDigest.of(body);
    }

    /** A message of this worker that is in the spool, or will be. */
    record LiveMessage(SpoolId id, int sizeBytes, int version) {}

    static StressOperation store(int sizeBytes) {
        return writing(Kind.STORE, new LiveMessage(SpoolId.next(), sizeBytes, 1));
    }

    static StressOperation replace(LiveMessage old, int sizeBytes) {
        return writing(Kind.REPLACE, new LiveMessage(old.id, sizeBytes, old.version + 1));
    }

    static StressOperation remove(LiveMessage old) {
        return new StressOperation(Kind.REMOVE, old, null);
    }

    private static StressOperation writing(Kind kind, LiveMessage target) {
        return new StressOperation(kind, target, Payload.of(target.id, target.sizeBytes, target.version));
    }

    Kind kind() {
        return kind;
    }

    /** What is in the spool once this has succeeded; for a removal, what is not. */
    LiveMessage target() {
        return target;
    }

    @Nullable
    Message message() {
        return message;
    }

    @Nullable
    BodyDigest digest() {
        return digest;
    }

    void issued() {
        failure = null;
        issuedNanos = System.nanoTime();
    }

    void succeeded() {
        latencyNanos = System.nanoTime() - issuedNanos;
    }

    void failed(Exception reason) {
        failure = reason;
    }

    long latencyNanos() {
        return latencyNanos;
    }

    /** Why it failed; null if it did not. */
    @Nullable
    Exception failure() {
        return failure;
    }
}
