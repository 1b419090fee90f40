package dev.spool.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An interrupted caller gets its outcome, keeps its flag, and hurts nobody else. */
public abstract class InterruptContract extends SpoolContract {

    @AfterEach
    void clearTheFlag() {
        Thread.interrupted();
    }

    @Test
    void blockingOperationsOfAnInterruptedThreadCompleteAndKeepTheFlag() throws SpoolException {
        try (Spool spool = open()) {
            for (int i = 0; i < 50; i++) {
                SpoolId id = SpoolId.next();
                Thread.currentThread().interrupt();
                spool.blocking().store(id, Samples.message(i, 70_000, 10));
                assertInterrupted();
                assertSame(id, spool.blocking().load(id).orElseThrow(), Samples.message(i, 70_000, 10));
                assertInterrupted();
                assertThat(spool.blocking().loadEnvelope(id)).isPresent();
                assertThat(spool.blocking().updateEnvelope(id, Samples.text("e")))
                        .isTrue();
                assertInterrupted();
                assertThat(spool.blocking().remove(id)).isTrue();
                assertInterrupted();
            }
            Thread.interrupted();
            assertHolds(spool, storeMany(spool, 10, 100, 0));
        }
    }

    @Test
    void asynchronousOperationsOfAnInterruptedThreadComplete() throws SpoolException {
        try (Spool spool = open()) {
            for (int i = 0; i < 50; i++) {
                SpoolId id = SpoolId.next();
                Thread.currentThread().interrupt();
                CompletableFuture<Void> stored = spool.store(id, Samples.message(i, 5000, 10));
                assertInterrupted();
                stored.join();
                Thread.currentThread().interrupt();
                assertSame(id, spool.load(id).join().orElseThrow(), Samples.message(i, 5000, 10));
                assertInterrupted();
                Thread.interrupted();
            }
        }
    }

    @Test
    void aScanOfAnInterruptedThreadIsComplete() throws SpoolException {
        try (Spool spool = open(smallSegments())) {
            Map<SpoolId, Message> stored = storeMany(spool, 200, 2000, 50);
            Thread.currentThread().interrupt();
            assertThat(scan(spool).keySet()).isEqualTo(stored.keySet());
            assertInterrupted();
        }
    }

    @Test
    void theOthersGoOnWhileCallersAreInterruptedAllTheTime() throws Exception {
        try (Spool spool = open(smallSegments());
                BackgroundWork work = new BackgroundWork()) {
            Map<SpoolId, Message> stored = storeMany(spool, 50, 9000, 50);
            List<SpoolId> ids = List.copyOf(stored.keySet());
            Thread blocking = work.repeat(() -> {
                SpoolId id = SpoolId.next();
                spool.blocking().store(id, Samples.message(1, 3000));
                spool.blocking().load(ids.get(Math.floorMod(id.low(), ids.size())));
                spool.blocking().remove(id);
            });
            Thread asynchronous = work.repeat(() -> {
                SpoolId id = SpoolId.next();
                joinPatiently(spool.store(id, Samples.message(2, 3000)));
                joinPatiently(spool.load(ids.get(Math.floorMod(id.low(), ids.size()))));
                joinPatiently(spool.remove(id));
            });
            for (int i = 0; i < 200 || work.rounds() < 200; i++) {
                blocking.interrupt();
                asynchronous.interrupt();
                SpoolId id = SpoolId.next();
                spool.store(id, Samples.message(i, 3000)).join();
                assertHolds(spool, id, Samples.message(i, 3000));
                SpoolId other = ids.get(i % ids.size());
                assertHolds(spool, Map.of(other, java.util.Objects.requireNonNull(stored.get(other))));
            }
            assertThat(spool.unhealthyReason()).isNull();
        }
    }

    @Test
    void maintenanceAskedForByAnInterruptedThreadIsDone() throws SpoolException {
        try (Spool spool = open(smallSegments())) {
            Map<SpoolId, Message> stored = storeMany(spool, 50, 9000, 50);
            Thread.currentThread().interrupt();
            spool.blocking().cleanup();
            assertInterrupted();
            spool.blocking().compact();
            assertInterrupted();
            spool.adviseLowMemory();
            assertInterrupted();
            Thread.interrupted();
            assertHolds(spool, stored);
        }
    }

    @Test
    void anInterruptDoesNotCutTheCloseShort() throws SpoolException {
        SpoolId id = SpoolId.next();
        Spool spool = open();
        CompletableFuture<Void> stored = spool.store(id, Samples.message(1, 100_000));
        Thread.currentThread().interrupt();
        spool.close();
        assertInterrupted();
        Thread.interrupted();
        stored.join();
        try (Spool again = open()) {
            assertHolds(again, id, Samples.message(1, 100_000));
        }
    }

    @Test
    void anInterruptedThreadMayOpen() throws SpoolException {
        SpoolId id = SpoolId.next();
        Thread.currentThread().interrupt();
        try (Spool spool = open()) {
            assertInterrupted();
            spool.blocking().store(id, Samples.message(1, 100));
        }
        try (Spool spool = open()) {
            assertInterrupted();
            Thread.interrupted();
            assertHolds(spool, id, Samples.message(1, 100));
        }
    }

    private static void assertInterrupted() {
        assertThat(Thread.currentThread().isInterrupted()).as("interrupt flag").isTrue();
    }

    private static void joinPatiently(CompletableFuture<?> future) {
        try {
            future.join();
        } catch (CompletionException e) {
            throw new AssertionError("an interrupted caller's operation failed", e);
        }
    }
}
