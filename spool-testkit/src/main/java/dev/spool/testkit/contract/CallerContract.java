package dev.spool.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing that a caller does with its futures or in its callbacks harms itself or others. */
public abstract class CallerContract extends SpoolContract {

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void cancellingAFutureCancelsNothing(boolean mayInterrupt) throws SpoolException {
        SpoolId stored = SpoolId.next();
        SpoolId removed = SpoolId.next();
        try (Spool spool = open()) {
            spool.store(removed, Samples.message(1, 10)).join();
            spool.store(stored, Samples.message(2, 10_000)).cancel(mayInterrupt);
            spool.updateEnvelope(stored, Samples.text("new")).cancel(mayInterrupt);
            spool.remove(removed).cancel(mayInterrupt);
            // Operations on one id keep their order: these come after the cancelled ones.
            assertThat(spool.remove(removed).join()).isFalse();
            assertThat(spool.updateEnvelope(stored, Samples.text("newer")).join())
                    .isTrue();
            assertHolds(spool, stored, Samples.message(2, 10_000).withEnvelope(Samples.text("newer")));
        }
        try (Spool spool = open()) {
            assertMissing(spool, removed);
            assertHolds(spool, stored, Samples.message(2, 10_000).withEnvelope(Samples.text("newer")));
        }
    }

    @Test
    void cancellingOrCompletingFuturesHurtsNobodyElse() throws SpoolException {
        try (Spool spool = open()) {
            List<CompletableFuture<Void>> kept = new ArrayList<>();
            Set<SpoolId> all = ConcurrentHashMap.newKeySet();
            for (int i = 0; i < 200; i++) {
                SpoolId id = SpoolId.next();
                all.add(id);
                CompletableFuture<Void> future = spool.store(id, Samples.message(i, 2000));
                if (i % 3 == 0) {
                    future.cancel(true);
                } else if (i % 3 == 1) {
                    future.completeExceptionally(new IllegalStateException("completed by its caller"));
                } else {
                    kept.add(future);
                }
            }
            kept.forEach(CompletableFuture::join);
            spool.store(SpoolId.next(), Samples.message(1, 1)).join();
            spool.removeAll(all).join();
            assertThat(spool.stats().entries()).isEqualTo(1);
        }
    }

    @Test
    void aCallbackMayWaitForAnotherStore() throws SpoolException {
        Set<SpoolId> inner = ConcurrentHashMap.newKeySet();
        try (Spool spool = open()) {
            List<CompletableFuture<Void>> futures = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                futures.add(spool.store(SpoolId.next(), Samples.message(i, 100))
                        .thenRun(() -> storeInside(spool, inner, 3)));
            }
            futures.forEach(CompletableFuture::join);
            assertThat(inner).hasSize(300);
            assertThat(scan(spool).keySet()).containsAll(inner).hasSize(400);
        }
    }

    @Test
    void aCallbackThatNeverReturnsHoldsUpNobody() throws SpoolException {
        CompletableFuture<Void> never = new CompletableFuture<>();
        Thread test = Thread.currentThread();
        Runnable waitsForEver = () -> {
            // A future that has completed already runs its callback in the thread that adds it.
            if (Thread.currentThread() != test) {
                never.join();
            }
        };
        try (Spool spool = open()) {
            List<CompletableFuture<Void>> stuck = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                stuck.add(spool.store(SpoolId.next(), Samples.message(i, 10)).thenRun(waitsForEver));
            }
            Map<SpoolId, Message> stored = storeMany(spool, 50, 100, 0);
            assertHolds(spool, stored);
            never.complete(null);
            stuck.forEach(CompletableFuture::join);
        }
    }

    @Test
    void aCallbackThatThrowsHarmsNobody() throws SpoolException {
        try (Spool spool = open()) {
            CompletableFuture<Void> thrown = spool.store(SpoolId.next(), Samples.message(1, 10))
                    .thenRun(() -> {
                        throw new IllegalStateException("thrown by a callback");
                    });
            assertThat(failureOf(thrown)).isInstanceOf(IllegalStateException.class);
            assertHolds(spool, storeMany(spool, 10, 100, 0));
        }
    }

    @Test
    void futuresCompleteOnTheCallbackExecutor() throws SpoolException {
        ExecutorService one = Executors.newSingleThreadExecutor(task -> new Thread(task, "the-hosts-own"));
        try (Spool spool = open(options().toBuilder().callbackExecutor(one).build())) {
            CompletableFuture<Void> gate = new CompletableFuture<>();
            one.execute(gate::join);
            CompletableFuture<String> thread = spool.store(SpoolId.next(), Samples.message(1, 10))
                    .thenApply(done -> Thread.currentThread().getName());
            gate.complete(null);
            assertThat(thread.join()).isEqualTo("the-hosts-own");
        } finally {
            one.shutdown();
        }
    }

    @Test
    void futuresCompleteThoughTheCallbackExecutorHasNoThread() throws SpoolException {
        Executor spent = task -> {
            throw new OutOfMemoryError("unable to create native thread, on purpose");
        };
        try (Spool spool = open(options().toBuilder().callbackExecutor(spent).build())) {
            spool.store(SpoolId.next(), Samples.message(1, 100)).join();
            spool.compact().join();
        }
    }

    @Test
    void blockingOperationsDoNotNeedTheCallbackExecutor() throws SpoolException {
        Executor refuses = task -> {
            throw new RejectedExecutionException("this executor takes nothing");
        };
        SpoolId id = SpoolId.next();
        try (Spool spool = open(options().toBuilder().callbackExecutor(refuses).build())) {
            spool.blocking().store(id, Samples.message(1, 100, 10));
            assertThat(spool.blocking().updateEnvelope(id, Samples.text("e"))).isTrue();
            assertSame(
                    id,
                    spool.blocking().load(id).orElseThrow(),
                    Samples.message(1, 100).withEnvelope(Samples.text("e")));
            assertThat(spool.blocking().loadEnvelope(id)).contains(Samples.text("e"));
            assertThat(spool.blocking().remove(id)).isTrue();
            spool.blocking().compact();
        }
    }

    @Test
    void pastTheBoundOfBytesInFlightTheFutureWaitsAndNotTheCaller() throws SpoolException {
        ExecutorService one = Executors.newSingleThreadExecutor();
        try (Spool spool = open(options().toBuilder()
                .maxInFlightBytes(64 << 10)
                .callbackExecutor(one)
                .build())) {
            List<CompletableFuture<Void>> futures = new ArrayList<>();
            // Submitted by the only thread that could complete a future: a caller that waited would wait for ever.
            CompletableFuture<Void> submitted = CompletableFuture.runAsync(
                    () -> {
                        for (int i = 0; i < 100; i++) {
                            futures.add(spool.store(SpoolId.next(), Samples.message(i, 60_000)));
                        }
                    },
                    one);
            submitted.join();
            futures.forEach(CompletableFuture::join);
            assertThat(spool.stats().entries()).isEqualTo(100);
        } finally {
            one.shutdown();
        }
    }

    private static void storeInside(Spool spool, Set<SpoolId> inner, int depth) {
        SpoolId id = SpoolId.next();
        CompletableFuture<Void> next = spool.store(id, Samples.message(depth, 50));
        if (depth > 1) {
            next.thenRun(() -> storeInside(spool, inner, depth - 1)).join();
        } else {
            next.join();
        }
        inner.add(id);
    }
}
