package dev.spool.engine;

import dev.spool.Health.Cause;
import dev.spool.SpoolDrainingException;
import dev.spool.SpoolException;
import dev.spool.SpoolFencedException;
import dev.spool.SpoolFullException;
import dev.spool.SpoolOverloadedException;
import dev.spool.SpoolUnhealthyException;
import org.jspecify.annotations.Nullable;

/** Which operations are let in in which state of health: asked at submission, and again when an operation joins a batch. */
final class Admission {

    /** Bodies larger than this are refused while space is low. */
    private static final long LARGE_BYTES = 1 << 20;

    private final HealthMonitor health;

    Admission(HealthMonitor health) {
        this.health = health;
    }

    /** Null if the operation is let in. Costs a volatile read while the spool is healthy. */
    @Nullable
    SpoolException refusal(Operation.Kind kind, long bytes) {
        Cause cause = health.cause();
        if (cause == Cause.NONE || cause == Cause.CORRUPTION) {
            return null;
        }
        return kind == Operation.Kind.STORE ? ofStore(cause, bytes) : ofChange(cause, kind);
    }

    private @Nullable SpoolException ofStore(Cause cause, long bytes) {
        return switch (cause) {
            case FULL_SOFT ->
                bytes <= LARGE_BYTES
                        ? null
                        : new SpoolFullException("space is low: a message of " + bytes + " bytes is refused, up to "
                                + LARGE_BYTES + " are accepted; " + health.detail());
            case DRAINING -> draining();
            default -> ofChange(cause, Operation.Kind.STORE);
        };
    }

    private @Nullable SpoolException ofChange(Cause cause, Operation.Kind kind) {
        boolean store = kind == Operation.Kind.STORE;
        return switch (cause) {
            case FULL ->
                kind == Operation.Kind.REMOVE ? null : new SpoolFullException("the spool is full: " + health.detail());
            case SYNC_FAILED, SYNC_SLOW ->
                store ? new SpoolUnhealthyException(health.reason() + ": " + health.detail()) : null;
            case OVERLOADED ->
                store ? new SpoolOverloadedException("the spool is overloaded: " + health.detail()) : null;
            case SEALED -> draining();
            case FENCED -> new SpoolFencedException(health.detail());
            default -> null;
        };
    }

    private SpoolDrainingException draining() {
        return new SpoolDrainingException("the spool takes no more of this: " + health.detail());
    }
}
