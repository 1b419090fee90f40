package dev.spool.file;

import static dev.spool.file.SickDisk.COMMITTER;
import static dev.spool.file.SickDisk.COMPACTOR;
import static dev.spool.file.SickDisk.FILLER;
import static dev.spool.file.SickDisk.OPTIONS;
import static dev.spool.file.SickDisk.any;
import static dev.spool.file.SickDisk.assertHolds;
import static dev.spool.file.SickDisk.assertHoldsOnly;
import static dev.spool.file.SickDisk.await;
import static dev.spool.file.SickDisk.awaitHealthy;
import static dev.spool.file.SickDisk.failureOf;
import static dev.spool.file.SickDisk.find;
import static dev.spool.file.SickDisk.message;
import static dev.spool.file.SickDisk.outcomeOf;
import static dev.spool.file.SickDisk.segmentsOf;
import static dev.spool.file.SickDisk.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.Health;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolInDoubtException;
import dev.spool.SpoolOptions;
import dev.spool.SpoolUnhealthyException;
import dev.spool.file.SickDisk.Hold;
import dev.spool.file.SickDisk.Outcome;
import dev.spool.testkit.contract.Samples;
import dev.spool.testkit.disk.Faults;
import dev.spool.testkit.disk.IoEvent.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A write or sync that fails, once or for good: what callers, health and the next open are told, with all threads running. */
@Timeout(120)
class FileSyncFailureTest {

    private final SickDisk sick = new SickDisk(1);
    private final Faults faults = sick.disk.faults();
    private final Map<SpoolId, Message> stored = new LinkedHashMap<>();
    private final SpoolId id = SpoolId.next();

    @ParameterizedTest
    @EnumSource(names = {"SYNC", "WRITE"})
    void afterOneFailureHealthComesBackOnlyWithAProbeThatWasWrittenAndSynced(Kind failing) throws Exception {
        try (Spool spool = sick.open()) {
            store(spool, 3, stored);
            Path poisoned = sick.active(COMMITTER);
            Hold writing = holdProbe(Kind.WRITE, poisoned);
            Hold syncing = holdProbe(Kind.SYNC, poisoned);
            faults.fail(failing, 1, segmentsOf(COMMITTER));
            assertThat(failureOf(spool.store(id, message(id)))).isInstanceOf(SpoolInDoubtException.class);
            Path fresh = writing.awaitReached().path();

            assertUnhealthy(spool);
            assertThat(find(spool, id)).isEmpty();
            assertHolds(spool, stored);

            writing.letGo();
            assertThat(syncing.awaitReached().path()).isEqualTo(fresh);
            assertUnhealthy(spool);
            syncing.letGo();
            awaitHealthy(spool);
            assertThat(spool.health().state()).isEqualTo(Health.State.HEALTHY);

            long uses = writesTo(poisoned);
            store(spool, 100, stored);
            assertThat(writesTo(poisoned)).isEqualTo(uses);
            await(() -> !exists(poisoned));
            assertHoldsOnly(spool, stored);
            sick.afterPowerCut(found -> assertHoldsOnly(found, stored));
        }
        sick.reopened(found -> assertHoldsOnly(found, stored));
    }

    @Test
    void whatIsInDoubtIsWholeOrAbsentAndStaysSo() throws Exception {
        try (Spool spool = sick.open()) {
            List<SpoolId> there = store(spool, 3, stored);
            Hold first = sick.hold(Kind.SYNC, COMMITTER);
            CompletableFuture<Void> ahead = spool.store(id, message(id));
            first.awaitReached();
            List<CompletableFuture<?>> batch = new ArrayList<>();
            SpoolId other = SpoolId.next();
            batch.add(spool.store(other, message(other)));
            batch.add(spool.remove(there.get(0)));
            batch.add(spool.updateEnvelope(there.get(1), Samples.text("new")));
            faults.fail(Kind.SYNC, 2, segmentsOf(COMMITTER));
            first.letGo();
            assertThat(outcomeOf(ahead)).isEqualTo(Outcome.IN_DOUBT);
            batch.forEach(future -> assertThat(outcomeOf(future)).isNotEqualTo(Outcome.DONE));
            awaitHealthy(spool);
            // From the moment it is healthy again a load tells which, for good.
            assertHoldsOnly(spool, stored);
            sick.afterPowerCut(found -> assertHoldsOnly(found, stored));
        }
        sick.reopened(found -> assertHoldsOnly(found, stored));
    }

    @Test
    void whileTheDiskFailsForGoodEveryOperationHasAnOutcomeAndTheNextOpenFindsWhatWasAcknowledged() throws Exception {
        Spool spool = sick.open();
        List<SpoolId> there = store(spool, 12, stored);
        faults.fail(Kind.SYNC, Faults.ALWAYS, path -> true);
        assertThat(outcomeOf(spool.store(id, message(id)))).isEqualTo(Outcome.IN_DOUBT);
        List<SpoolId> doubtful = new ArrayList<>();
        for (int round = 0; round < 4; round++) {
            assertUnhealthy(spool);
            doubtful.add(there.get(3 * round));
            doubtful.add(there.get(3 * round + 1));
            assertThat(outcomeOf(spool.remove(there.get(3 * round)))).isNotEqualTo(Outcome.DONE);
            assertThat(outcomeOf(spool.updateEnvelope(there.get(3 * round + 1), Samples.text("new"))))
                    .isNotEqualTo(Outcome.DONE);
            assertHolds(spool, stored);
            sick.awaitMore(COMMITTER, Kind.SYNC, 3);
        }
        assertThatThrownBy(spool::close).isInstanceOf(SpoolException.class);
        faults.clear();
        sick.reopened(found -> {
            for (SpoolId each : there) {
                List<ByteBuffer> contents = find(found, each);
                if (!doubtful.contains(each)) {
                    assertThat(contents).isEqualTo(SickDisk.contents(stored.get(each)));
                } else if (!contents.isEmpty()) {
                    assertThat(contents.get(0))
                            .isEqualTo(SickDisk.contents(stored.get(each)).get(0));
                }
            }
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"SYNC", "WRITE", "CREATE", "SYNC_DIRECTORY"})
    void aDiskThatFailedForLongHealsAndHasNotBeenFilledByTheProbes(Kind failing) throws Exception {
        SpoolOptions small = OPTIONS.toBuilder().maxTotalBytes(2 << 20).build();
        try (Spool spool = sick.open(small)) {
            store(spool, 5, stored);
            faults.fail(failing, Faults.ALWAYS, any(COMMITTER));
            faults.fail(failing, Faults.ALWAYS, any(FILLER));
            if (failing == Kind.SYNC || failing == Kind.WRITE) {
                assertThat(outcomeOf(spool.store(id, message(id)))).isEqualTo(Outcome.IN_DOUBT);
            } else {
                storeUntilOneFails(spool);
            }
            sick.awaitMore(COMMITTER, failing, 50);
            assertUnhealthy(spool);
            faults.clear();
            awaitHealthy(spool);
            store(spool, 50, stored);
            assertHolds(spool, stored);
            sick.afterPowerCut(found -> assertHolds(found, stored));
        }
        sick.reopened(found -> assertHolds(found, stored));
        assertThat(sick.segments(0)).hasSizeLessThan(24);
    }

    @ParameterizedTest
    @EnumSource(names = {"CREATE", "SYNC_DIRECTORY"})
    void whereNoSegmentCanBeMadeStoresAreInDoubtOrRefusedAndGoOnLater(Kind failing) throws Exception {
        // The filler makes none either, so that the committer has to.
        faults.fail(Kind.WRITE, Faults.ALWAYS, any(FILLER));
        faults.fail(Kind.CREATE, Faults.ALWAYS, any(FILLER));
        try (Spool spool = sick.open()) {
            store(spool, 5, stored);
            faults.fail(failing, 3, any(COMMITTER));
            storeUntilOneFails(spool);
            assertHolds(spool, stored);
            awaitHealthy(spool);
            store(spool, 100, stored);
            sick.afterPowerCut(found -> assertHoldsOnly(found, stored));
        }
        sick.reopened(found -> assertHoldsOnly(found, stored));
    }

    @Test
    void aSegmentThatCouldNotBeNamedCountsForNothing() throws Exception {
        try (Spool spool = sick.open()) {
            List<SpoolId> there = store(spool, 5, stored);
            faults.fail(Kind.SYNC, 1, segmentsOf(COMMITTER));
            faults.fail(Kind.SYNC, 1, SickDisk.named("spool.epoch"));
            Hold writing = sick.hold(Kind.WRITE, COMMITTER);
            CompletableFuture<Void> failing = spool.store(id, message(id));
            writing.awaitReached();
            CompletableFuture<Boolean> remove = spool.remove(there.get(0));
            writing.letGo();
            assertThat(outcomeOf(failing)).isEqualTo(Outcome.IN_DOUBT);
            Outcome removed = outcomeOf(remove);
            awaitHealthy(spool);
            // Whichever it was: what a load tells now is what it will tell for ever.
            if (find(spool, there.get(0)).isEmpty()) {
                assertThat(removed).isNotEqualTo(Outcome.REFUSED);
                stored.remove(there.get(0));
            } else {
                assertThat(removed).isNotEqualTo(Outcome.DONE);
                assertThat(spool.blocking().updateEnvelope(there.get(0), Samples.text("e")))
                        .isTrue();
                stored.put(there.get(0), stored.get(there.get(0)).withEnvelope(Samples.text("e")));
            }
            assertHoldsOnly(spool, stored);
            sick.afterPowerCut(found -> assertHoldsOnly(found, stored));
        }
        sick.reopened(found -> assertHoldsOnly(found, stored));
    }

    @Test
    void aBatchOfWhichNobodyCanTellWhetherTheDirectoryIsStillOursIsCutOffAlthoughItIsOnDisk() throws Exception {
        try (Spool spool = sick.open()) {
            List<SpoolId> there = store(spool, 5, stored);
            for (int i = 0; i < 4; i++) {
                SpoolId removed = there.get(i);
                faults.fail(Kind.READ, 1, SickDisk.named("spool.epoch"));
                assertThat(outcomeOf(spool.remove(removed))).isEqualTo(Outcome.IN_DOUBT);
                awaitHealthy(spool);
                assertThat(spool.blocking().updateEnvelope(removed, Samples.text("e")))
                        .isTrue();
                stored.put(removed, stored.get(removed).withEnvelope(Samples.text("e")));
                store(spool, i, stored);
                assertHoldsOnly(spool, stored);
                sick.afterPowerCut(found -> assertHoldsOnly(found, stored));
            }
        }
        sick.reopened(found -> assertHoldsOnly(found, stored));
    }

    @Test
    void anEpochFileThatFailsForLongFillsTheDiskWithNoProbes() throws Exception {
        try (Spool spool = sick.open(OPTIONS.toBuilder().maxTotalBytes(2 << 20).build())) {
            store(spool, 5, stored);
            faults.fail(Kind.SYNC, 1, segmentsOf(COMMITTER));
            faults.fail(Kind.SYNC, Faults.ALWAYS, SickDisk.named("spool.epoch"));
            assertThat(outcomeOf(spool.store(id, message(id)))).isEqualTo(Outcome.IN_DOUBT);
            sick.awaitMore(COMMITTER, Kind.SYNC, 50);
            assertUnhealthy(spool);
            faults.clear();
            awaitHealthy(spool);
            store(spool, 20, stored);
            sick.afterPowerCut(found -> assertHoldsOnly(found, stored));
        }
        sick.reopened(found -> assertHoldsOnly(found, stored));
        assertThat(sick.segments(0)).hasSizeLessThan(24);
    }

    @Test
    void aFailureOfOneShardLosesNothingOfAnother() throws Exception {
        try (Spool spool = sick.open(OPTIONS.toBuilder().shards(2).build())) {
            store(spool, 40, stored);
            SpoolId well = absentIn(spool, 1);
            SpoolId ill = absentIn(spool, 0);
            SpoolId there = absentIn(spool, 1);
            spool.blocking().store(there, message(there));
            Hold syncing = sick.hold(Kind.SYNC, COMMITTER + "1");
            CompletableFuture<Void> underWay = spool.store(well, message(well));
            syncing.awaitReached();
            faults.fail(Kind.SYNC, Faults.ALWAYS, segmentsOf(COMMITTER + "0"));
            assertThat(outcomeOf(spool.store(ill, message(ill)))).isEqualTo(Outcome.IN_DOUBT);
            syncing.letGo();
            assertThat(outcomeOf(underWay)).isEqualTo(Outcome.DONE);
            stored.put(well, message(well));
            assertUnhealthy(spool);
            assertThat(outcomeOf(spool.remove(there))).isEqualTo(Outcome.DONE);
            assertHolds(spool, stored);
            sick.afterPowerCut(found -> assertHolds(found, stored));
            faults.clear();
            awaitHealthy(spool);
            store(spool, 10, stored);
            assertHoldsOnly(spool, stored);
        }
        sick.reopened(found -> assertHoldsOnly(found, stored));
    }

    @Test
    void aCloseWhoseSyncFailsSaysSoAndTheNextOpenFindsEverything() throws Exception {
        Spool spool = sick.open();
        store(spool, 30, stored);
        faults.fail(Kind.SYNC, Faults.ALWAYS, segmentsOf(COMMITTER));
        assertThatThrownBy(spool::close).isInstanceOf(SpoolException.class);
        faults.clear();
        sick.reopened(found -> assertHoldsOnly(found, stored));
    }

    @Test
    void aSealThatFailsCanBeCalledOffOrTriedAgain() throws Exception {
        Spool spool = sick.open();
        store(spool, 30, stored);
        faults.fail(Kind.SYNC, Faults.ALWAYS, segmentsOf(COMMITTER));
        assertThatThrownBy(() -> spool.drainable().seal()).isInstanceOf(SpoolException.class);
        faults.clear();
        spool.drainable().resumeAfterAbort();
        awaitHealthy(spool);
        store(spool, 30, stored);
        faults.fail(Kind.SYNC, Faults.ALWAYS, segmentsOf(COMMITTER));
        assertThatThrownBy(() -> spool.drainable().seal()).isInstanceOf(SpoolException.class);
        faults.clear();
        spool.drainable().seal();
        assertHoldsOnly(spool, stored);
        spool.close();
        sick.reopened(found -> assertHoldsOnly(found, stored));
    }

    /** Stores until the segment is full and none can be made for the next batch. */
    private void storeUntilOneFails(Spool spool) throws SpoolException {
        for (int i = 0; i < 200; i++) {
            SpoolId next = SpoolId.next();
            Outcome outcome = outcomeOf(spool.store(next, message(next)));
            if (outcome != Outcome.DONE) {
                assertThat(find(spool, next)).isEmpty();
                return;
            }
            stored.put(next, message(next));
        }
        throw new AssertionError("nothing failed");
    }

    private void assertUnhealthy(Spool spool) {
        assertThat(spool.unhealthyReason()).isEqualTo("spool storage failed");
        assertThat(spool.health().state()).isEqualTo(Health.State.UNHEALTHY);
        assertThat(spool.health().cause()).isEqualTo(Health.Cause.SYNC_FAILED);
        assertThat(spool.health().detail()).contains("shard 0");
        SpoolId refused = SpoolId.next();
        assertThat(failureOf(spool.store(refused, message(refused))))
                .isInstanceOfSatisfying(
                        SpoolUnhealthyException.class,
                        e -> assertThat(e.retryable()).isTrue());
    }

    /** Lets the first such operation of the committer on another segment hang: there is none before the probe. */
    private Hold holdProbe(Kind kind, Path active) {
        return sick.hold(event -> event.kind() == kind
                && segmentsOf(COMMITTER).test(event.path())
                && !event.path().equals(active));
    }

    private long writesTo(Path path) {
        return Stream.of(COMMITTER, COMPACTOR, FILLER)
                .flatMap(thread -> sick.done(thread, Kind.WRITE).stream())
                .filter(event -> event.path().equals(path))
                .count();
    }

    private boolean exists(Path path) {
        try {
            return sick.disk.exists(path);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** An id that belongs to that shard and is not there. */
    private SpoolId absentIn(Spool spool, int shard) throws SpoolException {
        while (true) {
            SpoolId candidate = SpoolId.next();
            long before = spool.stats().shards().get(shard).revision();
            spool.blocking().store(candidate, message(candidate));
            boolean written = spool.stats().shards().get(shard).revision() > before;
            spool.blocking().remove(candidate);
            if (written) {
                return candidate;
            }
        }
    }
}
