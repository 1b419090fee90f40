package dev.spool.engine;

import dev.spool.SpoolException;
import dev.spool.engine.spi.Backend;
import dev.spool.engine.spi.MaintenanceStep;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** The compactions that somebody asked for and waits for: rounds at full speed until nothing is left to gain. */
final class CompactionRequests implements MaintenanceStep {

    private final Backend backend;
    private final Completions completions;
    private final ConcurrentLinkedQueue<CompletableFuture<@Nullable Void>> asked = new ConcurrentLinkedQueue<>();
    private final List<CompletableFuture<@Nullable Void>> served = new ArrayList<>();

    CompactionRequests(Backend backend, Completions completions) {
        this.backend = backend;
        this.completions = completions;
    }

    /** Asks for a compaction that begins after this call; the loop of this step must be woken then. */
    void add(CompletableFuture<@Nullable Void> request) {
        asked.add(request);
    }

    @Override
    public String name() {
        return "compact";
    }

    @Override
    public long step() {
        if (served.isEmpty()) {
            for (CompletableFuture<@Nullable Void> next = asked.poll(); next != null; next = asked.poll()) {
                served.add(next);
            }
        }
        if (served.isEmpty()) {
            return Long.MAX_VALUE;
        }
        try {
            if (backend.compactRound()) {
                return 0;
            }
            finish(null);
        } catch (SpoolException | RuntimeException | Error failure) {
            finish(failure);
        }
        return asked.isEmpty() ? Long.MAX_VALUE : 0;
    }

    /** Fails what is still waiting; once no step runs any more. */
    void close(Throwable reason) {
        served.addAll(asked);
        asked.clear();
        finish(reason);
    }

    private void finish(@Nullable Throwable failure) {
        for (CompletableFuture<@Nullable Void> request : served) {
            completions.callback(() -> {
                if (failure == null) {
                    request.complete(null);
                } else {
                    request.completeExceptionally(failure);
                }
            });
        }
        served.clear();
    }
}
