package dev.spool.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.MessageInfo;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import org.junit.jupiter.api.Test;

/** What is removed is gone for good, and whether there was something is told. */
public abstract class RemovalContract extends SpoolContract {

    @Test
    void removeTellsWhetherThereWasSomething() throws SpoolException {
        SpoolId id = SpoolId.next();
        try (Spool spool = open()) {
            assertThat(spool.remove(id).join()).isFalse();
            spool.store(id, Samples.message(1, 10)).join();
            assertThat(spool.remove(id).join()).isTrue();
            assertThat(spool.remove(id).join()).isFalse();
            assertThat(spool.blocking().remove(id)).isFalse();
            spool.store(id, Samples.message(1, 10)).join();
            assertThat(spool.blocking().remove(id)).isTrue();
        }
    }

    @Test
    void aRemovedMessageIsNowhere() throws SpoolException {
        SpoolId id = SpoolId.next();
        try (Spool spool = open()) {
            spool.store(id, Samples.message(1, 1000, 100)).join();
            assertHolds(spool, id, Samples.message(1, 1000, 100));
            spool.remove(id).join();
            assertMissing(spool, id);
            assertThat(scan(spool)).isEmpty();
            assertThat(spool.stats().entries()).isZero();
            assertThat(spool.stats().liveBytes()).isZero();
        }
    }

    @Test
    void removalSurvivesReopens() throws SpoolException {
        SpoolId removed = SpoolId.next();
        SpoolId replacedThenRemoved = SpoolId.next();
        SpoolId kept = SpoolId.next();
        try (Spool spool = open()) {
            spool.store(removed, Samples.message(1, 100)).join();
            spool.store(replacedThenRemoved, Samples.message(2, 100)).join();
            spool.store(replacedThenRemoved, Samples.message(3, 100)).join();
            spool.store(kept, Samples.message(4, 100)).join();
            spool.remove(replacedThenRemoved).join();
        }
        try (Spool spool = open()) {
            assertHolds(spool, removed, Samples.message(1, 100));
            assertMissing(spool, replacedThenRemoved);
            assertThat(spool.remove(removed).join()).isTrue();
        }
        for (int i = 0; i < 2; i++) {
            try (Spool spool = open()) {
                assertMissing(spool, removed);
                assertMissing(spool, replacedThenRemoved);
                assertThat(scan(spool).keySet()).containsExactly(kept);
                assertThat(spool.remove(removed).join()).isFalse();
            }
        }
    }

    @Test
    void anIdCanBeUsedAgainAfterARemove() throws SpoolException {
        SpoolId id = SpoolId.next();
        try (Spool spool = open()) {
            spool.store(id, Samples.message(1, 100, 10)).join();
            MessageInfo first = infoOf(spool, id);
            spool.remove(id).join();
            spool.store(id, Samples.message(2, 200)).join();
            assertHolds(spool, id, Samples.message(2, 200));
            assertThat(infoOf(spool, id).birthRevision()).isGreaterThan(first.birthRevision());
        }
        try (Spool spool = open()) {
            assertHolds(spool, id, Samples.message(2, 200));
        }
    }
}
