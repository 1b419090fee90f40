package dev.spool.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.Message;
import dev.spool.SpoolCorruptException;
import dev.spool.SpoolDeadlineException;
import dev.spool.SpoolException;
import dev.spool.SpoolFullException;
import dev.spool.SpoolId;
import dev.spool.SpoolInDoubtException;
import dev.spool.SpoolIoException;
import dev.spool.SpoolOptions;
import dev.spool.SpoolOverloadedException;
import dev.spool.SpoolUnhealthyException;
import dev.spool.StoreOptions;
import dev.spool.engine.spi.Backend.Space;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class OutcomeTest {

    private static final StoreOptions IMPATIENT =
            StoreOptions.DEFAULT.withDeadline(Duration.ofSeconds(1)).withGiveUpAfter(Duration.ofSeconds(2));

    private final SpoolId id = SpoolId.next();
    private final Message message = Harness.message(id, 100);

    @Test
    void aStoreThatComesWhileABatchIsGatheredIsNotJudgedByATimeBeforeIt() throws SpoolException {
        Harness harness = Harness.stepped();
        List<CompletableFuture<Void>> late = new ArrayList<>();
        harness.clock.afterReading(() -> {
            late.add(harness.spool().store(id, message, IMPATIENT));
            harness.clock.advance(Duration.ofSeconds(1));
        });

        harness.runUntilIdle();

        assertThat(Harness.failureOf(late.get(0))).isInstanceOf(SpoolDeadlineException.class);
        assertThat(harness.log().batches).isEmpty();
    }

    @Test
    void pastItsDeadlineAnOperationIsRefusedAndNotWritten() throws SpoolException {
        Harness harness = Harness.stepped();
        CompletableFuture<Void> callers = harness.spool().store(id, message, IMPATIENT);
        CompletableFuture<Boolean> spools = harness.spool().remove(id);
        harness.clock.advance(Duration.ofSeconds(1));
        harness.runUntilIdle();
        assertThat(Harness.failureOf(callers)).isInstanceOf(SpoolDeadlineException.class);
        assertThat(spools.join()).isFalse();
        assertThat(harness.log().batches).isEmpty();
        assertThat(harness.spool().stats().inFlightBytes()).isZero();
    }

    @Test
    void pastTheSpoolsOwnTimeoutTheSpoolSaysThatItIsOverloaded() throws SpoolException {
        Harness harness = Harness.stepped();
        CompletableFuture<Void> store = harness.spool().store(id, message);
        harness.clock.advance(Duration.ofSeconds(30));
        harness.runUntilIdle();
        assertThat(Harness.failureOf(store)).isInstanceOf(SpoolOverloadedException.class);
    }

    @Test
    void aFailedCommitLeavesEveryOperationOfItsBatchInDoubt() throws SpoolException {
        Harness harness = Harness.stepped();
        harness.spool().blocking().store(id, message);
        harness.log().trouble = (what, records) -> {
            throw new SpoolIoException("the disk failed");
        };
        List<CompletableFuture<?>> all = List.of(
                harness.spool().store(SpoolId.next(), message),
                harness.spool().remove(id),
                harness.spool().remove(SpoolId.next()));
        harness.log().trouble = (what, records) -> {
            if (what.equals("commit")) {
                throw new SpoolIoException("the disk failed");
            }
        };
        harness.steps.turn();
        harness.steps.turn();
        harness.steps.turn();
        harness.steps.turn();
        assertThat(all)
                .allSatisfy(future -> assertThat(Harness.failureOf(future))
                        .isInstanceOf(SpoolInDoubtException.class)
                        .hasMessageContaining("the disk failed"));
        assertThat(harness.spool().stats().inFlightBytes()).isZero();
    }

    @Test
    void aFullBackendRefusesStoresAndTheRestOfTheBatchIsTriedAgain() throws SpoolException {
        Harness harness = Harness.stepped();
        harness.spool().blocking().store(id, message);
        harness.log().trouble = (what, records) -> {
            if (records.size() > 1) {
                throw new SpoolFullException("no room");
            }
        };
        CompletableFuture<Void> store = harness.spool().store(SpoolId.next(), message);
        CompletableFuture<Boolean> remove = harness.spool().remove(id);
        harness.runUntilIdle();
        assertThat(Harness.failureOf(store)).isInstanceOf(SpoolFullException.class);
        assertThat(remove.join()).isTrue();
    }

    @Test
    void anUpdateThatDoesNotFitDoesNotTakeARemoveWithIt() throws SpoolException {
        Harness harness = Harness.stepped();
        SpoolId other = SpoolId.next();
        harness.spool().blocking().store(id, message);
        harness.spool().blocking().store(other, message);
        harness.log().trouble = (what, records) -> {
            if (records.stream().anyMatch(record -> record.staged() != null)) {
                throw new SpoolFullException("no room");
            }
        };
        CompletableFuture<Void> store = harness.spool().store(SpoolId.next(), message);
        CompletableFuture<Boolean> update = harness.spool().updateEnvelope(other, ByteBuffer.allocate(5));
        CompletableFuture<Boolean> remove = harness.spool().remove(id);
        harness.runUntilIdle();
        assertThat(Harness.failureOf(store)).isInstanceOf(SpoolFullException.class);
        assertThat(Harness.failureOf(update)).isInstanceOf(SpoolFullException.class);
        assertThat(remove.join()).isTrue();
        assertThat(harness.spool().stats().inFlightBytes()).isZero();
    }

    @Test
    void anOperationMayBeGivenUpBeforeItsDeadlineOnceItHasJoined() throws SpoolException {
        Harness harness = Harness.stepped();
        CompletableFuture<Void> joined =
                harness.spool().store(id, message, StoreOptions.DEFAULT.withGiveUpAfter(Duration.ofMillis(500)));
        boolean[] givenUp = new boolean[1];
        harness.log().trouble = (what, records) -> {
            harness.clock.advance(Duration.ofMillis(500));
            harness.core.watchdog().step();
            harness.steps.callBackAll();
            givenUp[0] = joined.isCompletedExceptionally();
        };
        harness.runUntilIdle();
        assertThat(givenUp[0]).isTrue();
        assertThat(Harness.failureOf(joined)).isInstanceOf(SpoolInDoubtException.class);
    }

    @Test
    void whileSpaceIsShortStoresAreRefusedAndRemovesGoOn() throws SpoolException {
        Harness harness = Harness.stepped();
        harness.spool().blocking().store(id, message);
        harness.backend.space = Space.LOW;
        harness.core.watchdog().step();
        harness.spool().blocking().store(SpoolId.next(), message);
        SpoolId large = SpoolId.next();
        assertThatThrownBy(() -> harness.spool().blocking().store(large, Harness.message(large, (1 << 20) + 1)))
                .isInstanceOf(SpoolFullException.class);
        harness.backend.space = Space.FULL;
        CompletableFuture<Void> queuedBefore = harness.spool().store(SpoolId.next(), message);
        harness.runUntilIdle();
        assertThat(Harness.failureOf(queuedBefore)).isInstanceOf(SpoolFullException.class);
        assertThat(harness.spool().unhealthyReason()).isEqualTo("spool storage is full");
        assertThatThrownBy(() -> harness.spool().blocking().store(SpoolId.next(), message))
                .isInstanceOf(SpoolFullException.class);
        assertThat(harness.spool().blocking().remove(id)).isTrue();

        harness.backend.space = Space.ENOUGH;
        harness.clock.advance(SpoolOptions.DEFAULTS.probePeriod());
        harness.core.watchdog().step();
        harness.spool().blocking().store(SpoolId.next(), message);
        assertThat(harness.spool().unhealthyReason()).isNull();
    }

    @Test
    void anOperationWhoseMessageCannotBeLookedUpFailsAlone() throws SpoolException {
        Harness harness = Harness.stepped();
        harness.log().trouble = (what, records) -> {
            if (what.equals("current")) {
                throw new SpoolIoException("unreadable");
            }
        };
        CompletableFuture<Void> store = harness.spool().store(SpoolId.next(), message);
        CompletableFuture<Boolean> remove = harness.spool().remove(id);
        harness.runUntilIdle();
        assertThat(store).isCompleted();
        assertThat(Harness.failureOf(remove)).isInstanceOf(SpoolIoException.class);
    }

    @Test
    void aMessageDamagedBeyondKnowingCanBeRemovedAndReplacedButNotUpdated() throws SpoolException {
        Harness harness = Harness.stepped();
        harness.log().damage(id);
        assertThatThrownBy(() -> harness.spool().blocking().updateEnvelope(id, ByteBuffer.allocate(3)))
                .isInstanceOf(SpoolCorruptException.class);
        harness.spool().blocking().store(id, message);
        assertThat(harness.holds(id, message)).isTrue();
        harness.log().damage(id);
        assertThat(harness.spool().blocking().remove(id)).isTrue();
    }

    @Test
    void anEnvelopeUpdateKeepsTheBodysChecksumAndTheTimes() throws SpoolException {
        Harness harness = Harness.stepped();
        for (int bytes : new int[] {100, 3 << 20}) {
            SpoolId one = SpoolId.next();
            harness.spool().blocking().store(one, Harness.message(one, bytes));
            var before = harness.log().published.get(one).info();
            harness.clock.advance(Duration.ofMillis(10));
            assertThat(harness.spool().blocking().updateEnvelope(one, ByteBuffer.wrap(new byte[] {5, 6})))
                    .isTrue();
            var after = harness.log().published.get(one).info();
            assertThat(after.bodyCrc()).isEqualTo(before.bodyCrc());
            assertThat(after.bodyBytes()).isEqualTo(bytes);
            assertThat(after.storedAt()).isEqualTo(before.storedAt());
            assertThat(after.birthRevision()).isEqualTo(before.birthRevision());
            assertThat(after.revision()).isGreaterThan(before.revision());
            assertThat(after.envelopeBytes()).isEqualTo(2);
        }
    }

    @Test
    void aReplacementKeepsTheBirthAndARemoveEndsIt() throws SpoolException {
        Harness harness = Harness.stepped();
        harness.spool().blocking().store(id, message);
        long birth = harness.log().published.get(id).info().birthRevision();
        harness.spool().blocking().store(id, message);
        assertThat(harness.log().published.get(id).info().birthRevision()).isEqualTo(birth);
        harness.spool().blocking().remove(id);
        harness.spool().blocking().store(id, message);
        assertThat(harness.log().published.get(id).info().birthRevision()).isGreaterThan(birth);
    }

    @Test
    void aHungCommitIsGivenUpInDoubtAndWhatWaitsBehindItIsRefused() throws SpoolException {
        Harness harness = Harness.stepped();
        CompletableFuture<Void> joined = harness.spool().store(id, message, IMPATIENT);
        CompletableFuture<?>[] queued = new CompletableFuture<?>[1];
        harness.log().trouble = (what, records) -> {
            if (queued[0] == null) {
                queued[0] = harness.spool().store(SpoolId.next(), message, IMPATIENT);
                harness.clock.advance(Duration.ofMillis(1999));
                harness.core.watchdog().step();
                assertThat(joined).isNotDone();
                harness.clock.advance(Duration.ofMillis(2));
                harness.core.watchdog().step();
                harness.steps.callBackAll();
                assertThat(Harness.failureOf(joined)).isInstanceOf(SpoolInDoubtException.class);
                assertThat(Harness.failureOf(queued[0])).isInstanceOf(SpoolDeadlineException.class);
                assertThat(harness.spool().unhealthyReason()).isEqualTo("spool storage is slow");
            }
        };
        harness.runUntilIdle();
        assertThat(harness.holds(id, message)).isTrue();
        assertThat(harness.log().published).containsOnlyKeys(id);
        assertThat(harness.spool().stats().inFlightBytes()).isZero();
    }

    @Test
    void aSlowSpoolIsHealthyAgainOnlyAfterACommitThatWasQuick() throws SpoolException {
        Harness harness = Harness.stepped();
        harness.log().trouble = (what, records) -> harness.clock.advance(Duration.ofSeconds(3));
        harness.spool().blocking().store(id, message);
        assertThat(harness.spool().unhealthyReason()).isEqualTo("spool storage is slow");
        assertThatThrownBy(() -> harness.spool().blocking().store(id, message))
                .isInstanceOf(SpoolUnhealthyException.class);
        harness.clock.advance(Duration.ofHours(1));
        harness.core.health().health();
        assertThat(harness.spool().unhealthyReason()).isNotNull();
        harness.log().trouble = (what, records) -> {};
        harness.core.watchdog().step();
        harness.runUntilIdle();
        assertThat(harness.spool().unhealthyReason()).isNull();
        assertThat(harness.log().batches)
                .last()
                .matches(batch -> batch.records().isEmpty());
    }
}
