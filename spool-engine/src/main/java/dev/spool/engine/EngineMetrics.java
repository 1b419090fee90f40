package dev.spool.engine;

import dev.spool.Health;
import dev.spool.SpoolMetrics;
import dev.spool.SpoolStats;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the engine tells the host's metrics listener, if there is one; costs one comparison when there is none. */
final class EngineMetrics {

    private final @Nullable SpoolMetrics listener;

    EngineMetrics(@Nullable SpoolMetrics listener) {
        this.listener = listener == null ? null : new GuardedMetrics(listener);
    }

    boolean isPresent() {
        return listener != null;
    }

    /** An operation whose outcome was chosen. */
    void settled(Operation operation, long now) {
        if (listener == null) {
            return;
        }
        SpoolMetrics.Operation kind = operation.kind.metric;
        if (operation.outcome() instanceof Throwable failure) {
            failed(kind, failure);
        } else {
            completed(kind, operation.bytes, now - operation.terms.submitted());
        }
    }

    void completed(SpoolMetrics.Operation kind, long bytes, long nanos) {
        tell(to -> to.completed(kind, bytes, nanos));
    }

    void failed(SpoolMetrics.Operation kind, Throwable failure) {
        tell(to -> to.failed(kind, failure.getClass().getSimpleName()));
    }

    void committed(int shard, int operations, long bytes, long syncNanos) {
        tell(to -> to.committed(shard, operations, bytes, syncNanos));
    }

    void healthChanged(Health health) {
        tell(to -> to.healthChanged(health));
    }

    void gauges(SpoolStats stats) {
        tell(to -> to.gauges(stats));
    }

    private void tell(Consumer<SpoolMetrics> news) {
        if (listener != null) {
            news.accept(listener);
        }
    }
}
