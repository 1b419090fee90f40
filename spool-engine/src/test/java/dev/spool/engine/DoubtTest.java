package dev.spool.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.Health;
import dev.spool.Message;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolInDoubtException;
import dev.spool.SpoolIoException;
import dev.spool.SpoolOptions;
import dev.spool.SpoolUnhealthyException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class DoubtTest {

    private final SpoolId id = SpoolId.next();
    private final Message message = Harness.message(id, 100);

    private static void failNext(Harness harness, String step) {
        harness.log().trouble = (what, records) -> {
            if (what.equals(step)) {
                harness.log().trouble = (other, none) -> {};
                throw new SpoolIoException("the disk failed");
            }
        };
    }

    private static Harness inDoubt(SpoolId id, Message message) throws SpoolException {
        Harness harness = Harness.stepped();
        failNext(harness, "commit");
        CompletableFuture<Void> store = harness.spool().store(id, message);
        harness.steps.steps().get(0).run();
        harness.steps.callBackAll();
        assertThat(Harness.failureOf(store)).isInstanceOf(SpoolInDoubtException.class);
        return harness;
    }

    @Test
    void afterAFailureStoresAreRefusedUntilAProbeHasWorked() throws SpoolException {
        Harness harness = inDoubt(id, message);
        assertThat(harness.spool().health().cause()).isEqualTo(Health.Cause.SYNC_FAILED);
        assertThat(harness.spool().unhealthyReason()).isEqualTo("spool storage failed");
        assertThatThrownBy(() -> harness.spool().blocking().store(id, message))
                .isInstanceOf(SpoolUnhealthyException.class);
        harness.clock.advance(SpoolOptions.DEFAULTS.probePeriod());
        harness.core.watchdog().step();
        harness.runUntilIdle();
        assertThat(harness.log().recoveries).hasSize(1);
        assertThat(harness.log().batches)
                .singleElement()
                .matches(proof -> proof.records().isEmpty() && proof.sync());
        assertThat(harness.spool().unhealthyReason()).isNull();
        harness.spool().blocking().store(id, message);
    }

    @Test
    void silenceIsNotTakenForRecovery() throws SpoolException {
        Harness harness = inDoubt(id, message);
        harness.log().trouble = (what, records) -> {
            throw new SpoolIoException("still failing");
        };
        for (int i = 0; i < 10; i++) {
            harness.clock.advance(Duration.ofMinutes(10));
            harness.core.watchdog().step();
            harness.runUntilIdle();
            assertThat(harness.spool().unhealthyReason()).isEqualTo("spool storage failed");
        }
    }

    @Test
    void nothingThereIsAnsweredOnlyOnceTheDoubtIsSettled() throws SpoolException {
        Harness harness = inDoubt(id, message);
        CompletableFuture<Boolean> remove = harness.spool().remove(id);
        harness.runUntilIdle();
        assertThat(remove.join()).isFalse();
        assertThat(harness.log().recoveries).hasSize(1);
        assertThat(harness.log().batches).hasSize(1);
    }

    @Test
    void aRemoveIsAsGoodAsAProbe() throws SpoolException {
        Harness harness = Harness.stepped();
        SpoolId there = SpoolId.next();
        harness.spool().blocking().store(there, message);
        failNext(harness, "commit");
        harness.spool().store(id, message);
        harness.steps.turn();
        harness.clock.advance(SpoolOptions.DEFAULTS.probePeriod());
        assertThat(harness.spool().blocking().remove(there)).isTrue();
        assertThat(harness.spool().unhealthyReason()).isNull();
    }

    @Test
    void aSecondFailureRightAfterTheFirstKeepsTheSpoolUnhealthyForAWholeProbePeriod() throws SpoolException {
        Harness harness = inDoubt(id, message);
        assertThat(harness.spool().blocking().remove(id)).isFalse();
        assertThat(harness.spool().unhealthyReason()).isEqualTo("spool storage failed");
        harness.clock.advance(SpoolOptions.DEFAULTS.probePeriod());
        harness.core.watchdog().step();
        harness.runUntilIdle();
        assertThat(harness.spool().unhealthyReason()).isNull();
    }

    @Test
    void whatWaitsWhileRecoveryFailsIsRefusedAndNotInDoubt() throws SpoolException {
        Harness harness = inDoubt(id, message);
        harness.log().trouble = (what, records) -> {
            if (what.equals("recover")) {
                throw new SpoolIoException("no fresh file either");
            }
        };
        CompletableFuture<Boolean> remove = harness.spool().remove(id);
        harness.runUntilIdle();
        assertThat(Harness.failureOf(remove)).isInstanceOf(SpoolUnhealthyException.class);
        assertThat(harness.log().batches).isEmpty();
    }

    @Test
    void aMessageOfWhichAChunkFailedIsCertainlyNotStored() throws SpoolException {
        Harness harness = Harness.stepped();
        int[] commits = new int[1];
        harness.log().trouble = (what, records) -> {
            if (what.equals("commit") && ++commits[0] == 3) {
                throw new SpoolIoException("the disk failed");
            }
        };
        CompletableFuture<Void> store = harness.spool().store(id, Harness.message(id, 10 << 20));
        harness.runUntilIdle();
        assertThat(Harness.failureOf(store)).isInstanceOf(SpoolUnhealthyException.class);
        assertThat(harness.log().abandoned).containsExactly(2L);
        assertThat(harness.spool().stats().inFlightBytes()).isZero();
    }

    @Test
    void whatABackendThrowsIsADoubtLikeAnyOther() throws SpoolException {
        Harness harness = Harness.stepped();
        harness.log().trouble = (what, records) -> {
            if (what.equals("commit")) {
                throw new IllegalStateException("a bug of the backend");
            }
        };
        CompletableFuture<Void> store = harness.spool().store(id, message);
        harness.runUntilIdle();
        assertThat(Harness.failureOf(store)).isInstanceOf(SpoolInDoubtException.class);
        harness.log().trouble = (what, records) -> {};
        assertThat(harness.spool().blocking().remove(id)).isFalse();
    }
}
