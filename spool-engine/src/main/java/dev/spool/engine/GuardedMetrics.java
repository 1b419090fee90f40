package dev.spool.engine;

import dev.spool.Health;
import dev.spool.SpoolMetrics;
import dev.spool.SpoolOptions;
import dev.spool.SpoolStats;
import java.lang.System.Logger.Level;

/** The host's metrics listener, kept at arm's length: what it throws is logged and goes no further. */
final class GuardedMetrics implements SpoolMetrics {

    private static final System.Logger LOG = System.getLogger(GuardedMetrics.class.getName());

    private final SpoolMetrics listener;

    GuardedMetrics(SpoolMetrics listener) {
        this.listener = listener;
    }

    /** The options with their listener guarded, if they have one. */
    static SpoolOptions guarded(SpoolOptions options) {
        return options.metrics()
                .map(listener -> options.toBuilder()
                        .metrics(new GuardedMetrics(listener))
                        .build())
                .orElse(options);
    }

    @Override
    public void completed(Operation operation, long bytes, long nanos) {
        tell(() -> listener.completed(operation, bytes, nanos));
    }

    @Override
    public void failed(Operation operation, String kind) {
        tell(() -> listener.failed(operation, kind));
    }

    @Override
    public void committed(int shard, int operations, long bytes, long syncNanos) {
        tell(() -> listener.committed(shard, operations, bytes, syncNanos));
    }

    @Override
    public void unfilledSegmentUsed(int shard) {
        tell(() -> listener.unfilledSegmentUsed(shard));
    }

    @Override
    public void compacted(int shard, long bytesCopied, long bytesFreed) {
        tell(() -> listener.compacted(shard, bytesCopied, bytesFreed));
    }

    @Override
    public void healthChanged(Health health) {
        tell(() -> listener.healthChanged(health));
    }

    @Override
    public void gauges(SpoolStats stats) {
        tell(() -> listener.gauges(stats));
    }

    /** Errors too: one thrown in the middle of a delivery would leave callers waiting for ever. */
    private static void tell(Runnable news) {
        try {
            news.run();
        } catch (RuntimeException | Error e) {
            LOG.log(Level.WARNING, "the metrics listener failed; a listener must not throw", e);
        }
    }
}
