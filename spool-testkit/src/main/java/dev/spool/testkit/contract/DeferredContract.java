package dev.spool.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Durability;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolMetrics;
import dev.spool.SpoolOptions;
import dev.spool.StoreOptions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

/** A deferred spool keeps the contract but for the machine's crash; a forced sync is one all the same. */
public abstract class DeferredContract extends SpoolContract {

    @Test
    void aDeferredSpoolHoldsEverythingNowAndAfterReopen() throws SpoolException {
        Map<SpoolId, Message> stored;
        SpoolId removed = SpoolId.next();
        SpoolId updated = SpoolId.next();
        try (Spool spool = open(deferred(Duration.ofMillis(50)))) {
            stored = storeMany(spool, 200, 2000, 20);
            spool.store(removed, Samples.message(1, 10)).join();
            assertThat(spool.remove(removed).join()).isTrue();
            spool.store(updated, Samples.message(2, 10)).join();
            assertThat(spool.updateEnvelope(updated, Samples.text("e")).join()).isTrue();
            assertHolds(spool, stored);
        }
        try (Spool spool = open()) {
            assertHolds(spool, stored);
            assertMissing(spool, removed);
            assertHolds(spool, updated, Samples.message(2, 10).withEnvelope(Samples.text("e")));
        }
    }

    @Test
    void aForcedSyncIsASyncOfADeferredSpool() throws SpoolException {
        LongAdder synced = new LongAdder();
        SpoolMetrics metrics = new SpoolMetrics() {
            @Override
            public void committed(int shard, int operations, long bytes, long syncNanos) {
                if (operations > 0 && syncNanos > 0) {
                    synced.increment();
                }
            }
        };
        SpoolId id = SpoolId.next();
        // The longest period there is: what is synced here was synced because it was forced.
        SpoolOptions patient =
                deferred(Duration.ofSeconds(10)).toBuilder().metrics(metrics).build();
        try (Spool spool = open(patient)) {
            spool.store(id, Samples.message(1, 100), StoreOptions.DEFAULT.withForceSync())
                    .join();
            assertThat(synced.sum()).isEqualTo(1);
            assertHolds(spool, id, Samples.message(1, 100));
            spool.updateEnvelope(id, Samples.text("e"), StoreOptions.DEFAULT.withForceSync())
                    .join();
            assertThat(synced.sum()).isEqualTo(2);
        }
        try (Spool spool = open()) {
            assertHolds(spool, id, Samples.message(1, 100).withEnvelope(Samples.text("e")));
        }
    }

    @Test
    void durabilityIsOfTheOpenAndNotOfTheSpool() throws SpoolException {
        try (Spool spool = open(deferred(Duration.ofMillis(1)))) {
            storeMany(spool, 10, 100, 0);
        }
        try (Spool spool = open()) {
            storeMany(spool, 10, 100, 0);
        }
        try (Spool spool = open(deferred(Duration.ofSeconds(10)))) {
            assertThat(scan(spool)).hasSize(20);
            storeMany(spool, 10, 100, 0);
            spool.drainable().seal();
        }
        try (Spool spool = open()) {
            assertThat(scan(spool)).hasSize(30);
        }
    }

    private SpoolOptions deferred(Duration period) {
        return options().toBuilder()
                .durability(Durability.DEFERRED)
                .deferredSyncPeriod(period)
                .build();
    }
}
