package dev.spool.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.Durability;
import dev.spool.Message;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolInDoubtException;
import dev.spool.SpoolIoException;
import dev.spool.SpoolOptions;
import dev.spool.StoreOptions;
import dev.spool.engine.spi.Batch;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class DeferredTest {

    private static final SpoolOptions DEFERRED = SpoolOptions.builder()
            .durability(Durability.DEFERRED)
            .deferredSyncPeriod(Duration.ofMillis(50))
            .build();

    private final SpoolId id = SpoolId.next();
    private final Message message = Harness.message(id, 1000);

    @Test
    void operationsCompleteOnceWrittenAndAreSyncedWithinThePeriod() throws SpoolException {
        Harness harness = Harness.stepped(DEFERRED);
        harness.spool().blocking().store(id, message);
        assertThat(harness.log().batches).singleElement().matches(batch -> !batch.sync());
        assertThat(harness.log().syncs).isZero();
        harness.clock.advance(Duration.ofMillis(49));
        harness.runUntilIdle();
        assertThat(harness.log().syncs).isZero();
        assertThat(harness.core.lanes().get(0).idle()).isLessThanOrEqualTo(1_000_000);
        harness.clock.advance(Duration.ofMillis(1));
        harness.runUntilIdle();
        assertThat(harness.log().syncs).isEqualTo(1);
        assertThat(harness.spool().stats().inFlightBytes()).isZero();
    }

    @Test
    void aForcedSyncIsOneAndCoversWhatCameBefore() throws SpoolException {
        Harness harness = Harness.stepped(DEFERRED);
        harness.spool().blocking().store(SpoolId.next(), message);
        harness.spool().blocking().store(id, message, StoreOptions.DEFAULT.withForceSync());
        assertThat(harness.log().batches).extracting(Batch::sync).containsExactly(false, true);
        assertThat(harness.spool().stats().inFlightBytes()).isZero();
    }

    @Test
    void afterAFailedSyncWhatHadCompletedIsWrittenAgainInItsOrder() throws SpoolException {
        Harness harness = Harness.stepped(DEFERRED);
        harness.spool().blocking().store(SpoolId.next(), message, StoreOptions.DEFAULT.withForceSync());
        harness.spool().blocking().store(id, message);
        harness.spool().blocking().store(id, Harness.message(id, 20));
        harness.spool().blocking().remove(id);
        harness.log().trouble = (what, records) -> {
            if (what.equals("sync")) {
                throw new SpoolIoException("the disk failed");
            }
        };
        harness.clock.advance(Duration.ofSeconds(1));
        harness.runUntilIdle();
        assertThat(harness.spool().unhealthyReason()).isEqualTo("spool storage failed");
        harness.log().trouble = (what, records) -> {};
        harness.clock.advance(SpoolOptions.DEFAULTS.probePeriod());
        harness.core.watchdog().step();
        harness.runUntilIdle();

        List<Batch> again = harness.log().recoveries.get(0);
        assertThat(again).hasSize(3).allMatch(Batch::sync);
        assertThat(again)
                .extracting(batch -> batch.records().get(0).header().revision())
                .containsExactly(2L, 3L, 4L);
        assertThat(again).extracting(batch -> batch.headBefore().revision()).containsExactly(1L, 2L, 3L);
        assertThat(again).extracting(batch -> batch.headBefore().liveCount()).containsExactly(1L, 2L, 2L);
        assertThat(harness.spool().unhealthyReason()).isNull();
        assertThat(harness.spool().stats().inFlightBytes()).isZero();
        harness.spool().close();
    }

    @Test
    void theBoundOnBytesInFlightForcesASyncRatherThanAWait() throws SpoolException {
        Harness harness =
                Harness.stepped(DEFERRED.toBuilder().maxInFlightBytes(64 << 10).build());
        for (int i = 0; i < 50; i++) {
            SpoolId one = SpoolId.next();
            CompletableFuture<Void> store = harness.spool().store(one, Harness.message(one, 10_000));
            harness.runUntilIdle();
            assertThat(store).isCompleted();
        }
        assertThat(harness.log().syncs).isGreaterThan(10);
        assertThat(harness.spool().stats().inFlightBytes()).isLessThanOrEqualTo(64 << 10);
    }

    @Test
    void drainAndCloseSyncWhatIsOpen() throws SpoolException {
        Harness harness = Harness.stepped(DEFERRED);
        harness.spool().blocking().store(id, message);
        harness.spool().drainable().drain(Duration.ofSeconds(1));
        assertThat(harness.log().syncs).isEqualTo(1);
        harness.spool().blocking().remove(id);
        harness.spool().close();
        assertThat(harness.log().syncs).isEqualTo(2);
    }

    @Test
    void aDrainBehindAFailedSyncIsDoneOnlyOnceWhatHadCompletedIsWrittenAgain() throws SpoolException {
        Harness harness = Harness.stepped(DEFERRED);
        harness.spool().blocking().store(id, message);
        harness.log().trouble = (what, records) -> {
            if (what.equals("sync") || what.equals("recover")) {
                throw new SpoolIoException("the disk failed");
            }
        };
        assertThatThrownBy(() -> harness.spool().drainable().drain(Duration.ofSeconds(1)))
                .isInstanceOf(SpoolInDoubtException.class);
        assertThatThrownBy(() -> harness.spool().drainable().drain(Duration.ofSeconds(1)))
                .isInstanceOf(SpoolInDoubtException.class);
        harness.log().trouble = (what, records) -> {};
        harness.spool().drainable().drain(Duration.ofSeconds(1));
        assertThat(harness.log().recoveries)
                .last()
                .satisfies(again -> assertThat(again).hasSize(1));
    }
}
