package dev.spool.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.Drainable;
import dev.spool.Health;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolDeadlineException;
import dev.spool.SpoolDrainingException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.StoreOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A drained spool takes no new message and lets what it has be delivered. {@link SealContract} goes on from there. */
public abstract class DrainContract extends SpoolContract {

    private static final Duration LONG = Duration.ofSeconds(60);

    @Test
    void drainedASpoolRefusesNewMessagesAndServesTheRest() throws SpoolException {
        SpoolId kept = SpoolId.next();
        SpoolId removed = SpoolId.next();
        SpoolId refused = SpoolId.next();
        try (Spool spool = open()) {
            spool.store(kept, Samples.message(1, 100, 10)).join();
            spool.store(removed, Samples.message(2, 100)).join();
            Drainable.DrainReport report = spool.drainable().drain(LONG);
            assertThat(report).isEqualTo(new Drainable.DrainReport(0, true));
            assertThat(spool.drainable().snapshotState().phase()).isEqualTo(Drainable.Phase.DRAINED);

            assertDraining(failureOf(spool.store(refused, Samples.message(3, 100))));
            assertDraining(failureOf(spool.store(kept, Samples.message(3, 100))));
            assertDraining(failureOf(spool.storeAll(Map.of(refused, Samples.message(3, 1)), StoreOptions.DEFAULT)));
            assertThatThrownBy(() -> spool.blocking().store(refused, Samples.message(3, 100)))
                    .isInstanceOf(SpoolDrainingException.class);

            assertHolds(spool, kept, Samples.message(1, 100, 10));
            assertThat(spool.updateEnvelope(kept, Samples.text("tried once")).join())
                    .isTrue();
            assertThat(spool.remove(removed).join()).isTrue();
            assertThat(spool.removeAll(List.of(removed)).join()).isZero();
            assertThat(scan(spool).keySet()).containsExactly(kept);
        }
        try (Spool spool = open()) {
            assertHolds(spool, kept, Samples.message(1, 100).withEnvelope(Samples.text("tried once")));
            assertThat(scan(spool).keySet()).containsExactly(kept);
        }
    }

    @Test
    void aDrainWaitsForWhatIsInFlight() throws SpoolException {
        try (Spool spool = open()) {
            Map<SpoolId, Message> stored = new LinkedHashMap<>();
            List<CompletableFuture<Void>> futures = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                SpoolId id = SpoolId.next();
                stored.put(id, Samples.message(i, 20_000));
                futures.add(spool.store(id, Samples.message(i, 20_000)));
            }
            spool.drainable().drain(LONG);
            assertHolds(spool, stored);
            futures.forEach(CompletableFuture::join);
        }
    }

    @Test
    void pastItsDeadlineADrainLeavesTheSpoolHalfDrained() throws SpoolException {
        try (Spool spool = open()) {
            List<CompletableFuture<Void>> futures = halfDrain(spool);
            assertDraining(failureOf(spool.store(SpoolId.next(), Samples.message(1, 10))));
            spool.drainable().drain(LONG);
            futures.forEach(CompletableFuture::join);
            assertThat(spool.drainable().snapshotState().phase()).isEqualTo(Drainable.Phase.DRAINED);
            assertThat(spool.stats().entries()).isEqualTo(futures.size());
        }
    }

    @Test
    void aHalfDrainedSpoolResumes() throws SpoolException {
        try (Spool spool = open()) {
            List<CompletableFuture<Void>> futures = halfDrain(spool);
            spool.drainable().resumeAfterAbort();
            assertOpen(spool);
            futures.forEach(CompletableFuture::join);
        }
    }

    @Test
    void resumeMakesADrainedSpoolOpenAgainAndMayBeRepeated() throws SpoolException {
        try (Spool spool = open()) {
            spool.drainable().resumeAfterAbort();
            assertOpen(spool);
            for (int i = 0; i < 3; i++) {
                spool.drainable().drain(LONG);
                spool.drainable().drain(LONG);
                spool.drainable().resumeAfterAbort();
                spool.drainable().resumeAfterAbort();
                assertOpen(spool);
            }
        }
    }

    @Test
    void aDrainingSpoolIsUnhealthyByABlandText() throws SpoolException {
        try (Spool spool = open()) {
            assertThat(spool.unhealthyReason()).isNull();
            spool.drainable().drain(LONG);
            assertThat(spool.unhealthyReason())
                    .isEqualTo(Health.Cause.DRAINING.publicText().orElseThrow());
            assertThat(spool.health().state()).isEqualTo(Health.State.UNHEALTHY);
            assertThat(spool.health().cause()).isEqualTo(Health.Cause.DRAINING);
            spool.drainable().resumeAfterAbort();
            assertThat(spool.unhealthyReason()).isNull();
            assertThat(spool.health().state()).isEqualTo(Health.State.HEALTHY);
        }
    }

    @Test
    void theSnapshotTellsPhaseAndRevisions() throws SpoolException {
        try (Spool spool = open(options().toBuilder().shards(2).build())) {
            storeMany(spool, 50, 100, 0);
            Drainable.StateSnapshot snapshot = spool.drainable().snapshotState();
            assertThat(snapshot.phase()).isEqualTo(Drainable.Phase.OPEN);
            assertThat(snapshot.shardCount()).isEqualTo(2);
            assertThat(snapshot.openConnections()).isZero();
            assertThat(snapshot.lastRevisions())
                    .containsExactlyElementsOf(spool.stats().shards().stream()
                            .map(shard -> new Drainable.LogRevision(shard.shard(), shard.revision()))
                            .toList());
        }
    }

    /** Drains within no time until that fails, as it does once the drain finds a store under way. */
    private static List<CompletableFuture<Void>> halfDrain(Spool spool) throws SpoolException {
        List<CompletableFuture<Void>> futures = new ArrayList<>();
        while (true) {
            for (int i = 0; i < 20; i++) {
                futures.add(spool.store(SpoolId.next(), Samples.message(i, 60_000)));
            }
            try {
                spool.drainable().drain(Duration.ofNanos(1));
                spool.drainable().resumeAfterAbort();
            } catch (SpoolDeadlineException e) {
                return futures;
            }
        }
    }

    private static void assertDraining(Throwable failure) {
        assertThat(failure).isInstanceOf(SpoolDrainingException.class);
        assertThat(((SpoolException) failure).retryable()).isTrue();
    }

    private static void assertOpen(Spool spool) {
        assertThat(spool.drainable().snapshotState().phase()).isEqualTo(Drainable.Phase.OPEN);
        SpoolId id = SpoolId.next();
        spool.store(id, Samples.message(9, 90)).join();
        assertHolds(spool, id, Samples.message(9, 90));
    }
}
