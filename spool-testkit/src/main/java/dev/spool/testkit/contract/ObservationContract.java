package dev.spool.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Health;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolStats;
import java.util.Iterator;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a spool tells of itself is so. */
public abstract class ObservationContract extends SpoolContract {

    @Test
    void aHealthySpoolHasNoReasonToBeUnhealthy() throws SpoolException {
        try (Spool spool = open()) {
            assertThat(spool.unhealthyReason()).isNull();
            Health health = spool.health();
            assertThat(health.state()).isEqualTo(Health.State.HEALTHY);
            assertThat(health.cause()).isEqualTo(Health.Cause.NONE);
            assertThat(health.corruptMessages()).isZero();
            storeMany(spool, 50, 1000, 10);
            assertThat(spool.unhealthyReason()).isNull();
        }
    }

    @Test
    void anEmptySpoolCountsNothing() throws SpoolException {
        try (Spool spool = open()) {
            SpoolStats stats = spool.stats();
            assertThat(stats.entries()).isZero();
            assertThat(stats.liveBytes()).isZero();
            assertThat(stats.inFlightBytes()).isZero();
            assertThat(stats.backend()).isEqualTo(provider().name());
            assertThat(stats.shards()).hasSize(1);
            assertThat(stats.maxMessageBytes())
                    .isPositive()
                    .isLessThanOrEqualTo(options().maxMessageBytes());
        }
    }

    @Test
    void entriesAndLiveBytesFollowEveryOperation() throws SpoolException {
        try (Spool spool = open()) {
            SpoolId one = SpoolId.next();
            SpoolId two = SpoolId.next();
            spool.store(one, Samples.message(1, 1000, 100)).join();
            assertCounts(spool, 1, 1100);
            spool.store(two, Samples.message(1, 2_000_000)).join();
            assertCounts(spool, 2, 2_001_100);
            spool.store(one, Samples.message(2, 10)).join();
            assertCounts(spool, 2, 2_000_010);
            spool.updateEnvelope(one, Samples.buffer(3, 7)).join();
            assertCounts(spool, 2, 2_000_017);
            spool.updateEnvelope(SpoolId.next(), Samples.buffer(3, 7)).join();
            spool.remove(SpoolId.next()).join();
            assertCounts(spool, 2, 2_000_017);
            spool.remove(two).join();
            assertCounts(spool, 1, 17);
            spool.remove(one).join();
            assertCounts(spool, 0, 0);
        }
    }

    @Test
    void countsAreThoseOfAScan() throws SpoolException {
        try (Spool spool = open(smallSegments().toBuilder().shards(3).build())) {
            Map<SpoolId, Message> stored = storeMany(spool, 100, 900, 10);
            Iterator<SpoolId> ids = stored.keySet().iterator();
            for (int i = 0; i < 30; i++) {
                spool.remove(ids.next()).join();
            }
            long bytes = scan(spool).values().stream()
                    .mapToLong(item -> item.bodyBytes() + item.envelopeBytes())
                    .sum();
            assertCounts(spool, scan(spool).size(), bytes);
            assertCounts(spool, 70, 70 * 910);
        }
    }

    @Test
    void theSpoolOccupiesAtLeastWhatItHolds() throws SpoolException {
        try (Spool spool = open()) {
            storeMany(spool, 20, 50_000, 0);
            assertThat(spool.stats().totalBytes()).isGreaterThanOrEqualTo(1_000_000);
        }
    }

    @Test
    void adviceOfLowMemoryKeepsEverything() throws SpoolException {
        try (Spool spool = open(options().toBuilder().cacheOnStore(true).build())) {
            Map<SpoolId, Message> stored = storeMany(spool, 50, 5000, 50);
            assertHolds(spool, stored);
            long before = spool.stats().cacheBytes();
            long saved = spool.adviseLowMemory();
            assertThat(spool.stats().cacheBytes()).isLessThanOrEqualTo(before);
            if (before > 0) {
                assertThat(saved).isPositive();
            }
            assertHolds(spool, stored);
            assertHolds(spool, storeMany(spool, 5, 5000, 50));
        }
    }

    @Test
    void aSpoolWithoutMemoryForACacheServesTheSame() throws SpoolException {
        try (Spool spool = open(
                options().toBuilder().memoryBudgetBytes(0).cacheOnStore(true).build())) {
            Map<SpoolId, Message> stored = storeMany(spool, 20, 5000, 50);
            assertHolds(spool, stored);
            assertHolds(spool, stored);
        }
    }

    private static void assertCounts(Spool spool, long entries, long liveBytes) {
        SpoolStats stats = spool.stats();
        assertThat(stats.entries()).isEqualTo(entries);
        assertThat(stats.liveBytes()).isEqualTo(liveBytes);
        assertThat(stats.inFlightBytes()).isZero();
    }
}
