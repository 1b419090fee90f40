package dev.spool.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.Drainable;
import dev.spool.Health;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolDrainingException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolReader;
import dev.spool.SpoolScan;
import dev.spool.StoreOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A close finishes what was queued, and nothing works after it. */
public abstract class ClosingContract extends SpoolContract {

    @Test
    void shutdownFinishesWhatWasQueued() throws SpoolException {
        Map<SpoolId, Message> stored = new LinkedHashMap<>();
        List<CompletableFuture<Void>> futures = new ArrayList<>();
        try (Spool spool = open()) {
            for (int i = 0; i < 200; i++) {
                SpoolId id = SpoolId.next();
                stored.put(id, Samples.message(i, 10_000, 10));
                futures.add(spool.store(id, Samples.message(i, 10_000, 10)));
            }
            spool.shutdown().join();
            futures.forEach(CompletableFuture::join);
        }
        try (Spool spool = open()) {
            assertHolds(spool, stored);
        }
    }

    @Test
    void aStoreBesideAShutdownIsStoredOrRefused() throws Exception {
        Set<SpoolId> stored = ConcurrentHashMap.newKeySet();
        Set<SpoolId> refused = ConcurrentHashMap.newKeySet();
        try (BackgroundWork work = new BackgroundWork()) {
            Spool spool = open();
            for (int i = 0; i < 3; i++) {
                work.repeat(() -> {
                    SpoolId id = SpoolId.next();
                    try {
                        spool.blocking().store(id, Samples.message(id.low(), 100));
                        stored.add(id);
                    } catch (SpoolDrainingException | IllegalStateException e) {
                        refused.add(id);
                    }
                });
            }
            while (stored.size() < 50) {
                work.rounds();
                Thread.onSpinWait();
            }
            spool.close();
            while (refused.size() < 10) {
                work.rounds();
                Thread.onSpinWait();
            }
        }
        try (Spool spool = open()) {
            stored.forEach(id -> assertHolds(spool, id, Samples.message(id.low(), 100)));
            refused.forEach(id -> assertMissing(spool, id));
            assertThat(spool.stats().entries()).isEqualTo(stored.size());
        }
    }

    @Test
    void closingAgainDoesNothing() throws SpoolException {
        SpoolId id = SpoolId.next();
        Spool first = open();
        first.store(id, Samples.message(1, 10)).join();
        CompletableFuture<Void> shutdown = first.shutdown();
        first.shutdown().join();
        shutdown.join();
        first.close();
        first.close();
        try (Spool second = open()) {
            // A late close of the first must not take the lock or the files from the second.
            first.close();
            first.shutdown().join();
            assertHolds(second, id, Samples.message(1, 10));
            second.store(id, Samples.message(2, 20)).join();
            assertHolds(second, id, Samples.message(2, 20));
            assertThatThrownBy(this::open).isInstanceOf(dev.spool.SpoolLockedException.class);
        }
    }

    @Test
    void afterACloseEveryOperationIsAnIllegalState() throws SpoolException {
        SpoolId id = SpoolId.next();
        Spool spool = open();
        spool.store(id, Samples.message(1, 10, 10)).join();
        spool.close();
        assertIllegal(() -> spool.store(id, Samples.message(2, 10)).join());
        assertIllegal(() -> spool.storeAll(Map.of(id, Samples.message(2, 10)), StoreOptions.DEFAULT)
                .join());
        assertIllegal(() -> spool.updateEnvelope(id, Samples.text("e")).join());
        assertIllegal(() -> spool.load(id).join());
        assertIllegal(() -> spool.loadEnvelope(id).join());
        assertIllegal(() -> spool.remove(id).join());
        assertIllegal(() -> spool.removeAll(List.of(id)).join());
        assertIllegal(() -> spool.enumerate().close());
        assertIllegal(() -> spool.cleanup().join());
        assertIllegal(() -> spool.compact().join());
        assertIllegal(() -> spool.blocking().store(id, Samples.message(2, 10)));
        assertIllegal(() -> spool.blocking().load(id));
        assertIllegal(() -> spool.blocking().remove(id));
        try (Spool again = open()) {
            assertHolds(again, id, Samples.message(1, 10, 10));
        }
    }

    @Test
    void afterACloseTheSpoolSaysThatItIsClosed() throws SpoolException {
        Spool spool = open();
        spool.close();
        assertThat(spool.unhealthyReason())
                .isEqualTo(Health.Cause.CLOSED.publicText().orElseThrow());
        assertThat(spool.health().state()).isEqualTo(Health.State.CLOSED);
        assertThat(spool.health().cause()).isEqualTo(Health.Cause.CLOSED);
        assertThat(spool.drainable().snapshotState().phase()).isEqualTo(Drainable.Phase.CLOSED);
    }

    @Test
    void aScanThatIsCutShortByACloseDoesNotClaimToBeComplete() throws SpoolException {
        Spool spool = open(smallSegments());
        storeMany(spool, 500, 2000, 100);
        try (SpoolScan scan = spool.enumerate()) {
            scan.next();
            spool.close();
            long seen = 1;
            try {
                while (scan.hasNext()) {
                    scan.next();
                    seen++;
                }
                assertThat(scan.report().complete()).isEqualTo(seen == 500);
            } catch (IllegalStateException e) {
                assertThat(scan.report().complete()).isFalse();
            }
        }
    }

    @Test
    void loadsBesideACloseGiveTheMessageOrAnIllegalState() throws Exception {
        for (int round = 0; round < 5; round++) {
            try (BackgroundWork work = new BackgroundWork()) {
                Spool spool = open();
                Map<SpoolId, Message> stored = storeMany(spool, 20, 5000, 10);
                for (int i = 0; i < 2; i++) {
                    work.repeat(() -> loadOrIllegalState(spool, stored));
                }
                while (work.rounds() < 10) {
                    Thread.onSpinWait();
                }
                spool.close();
            }
        }
    }

    @Test
    void aReaderIsClosedLikewise() throws SpoolException {
        try (Spool spool = open()) {
            storeMany(spool, 3, 10, 0);
        }
        SpoolReader reader = provider().openReadOnly(directory(), options());
        assertThat(scan(reader)).hasSize(3);
        reader.close();
        reader.close();
        assertIllegal(() -> reader.load(SpoolId.next()).join());
        assertIllegal(() -> reader.enumerate().close());
    }

    @Test
    void aCallbackExecutorOfTheHostIsLeftRunning() throws SpoolException {
        Executor direct = Runnable::run;
        for (int i = 0; i < 2; i++) {
            try (Spool spool =
                    open(options().toBuilder().callbackExecutor(direct).build())) {
                spool.store(SpoolId.next(), Samples.message(1, 10)).join();
                CompletableFuture<Void> last = spool.store(SpoolId.next(), Samples.message(1, 10));
                spool.close();
                last.join();
            }
        }
    }

    private static void loadOrIllegalState(Spool spool, Map<SpoolId, Message> stored) throws SpoolException {
        for (Map.Entry<SpoolId, Message> entry : stored.entrySet()) {
            try {
                assertSame(entry.getKey(), spool.blocking().load(entry.getKey()).orElseThrow(), entry.getValue());
            } catch (IllegalStateException e) {
                assertThat(spool.unhealthyReason()).isNotNull();
            }
        }
    }

    /** Thrown by the call, or by waiting for its future. */
    private static void assertIllegal(ThrowingCallable call) {
        assertThatThrownBy(call)
                .satisfiesAnyOf(
                        thrown -> assertThat(thrown).isInstanceOf(IllegalStateException.class),
                        thrown -> assertThat(thrown).cause().isInstanceOf(IllegalStateException.class));
    }
}
