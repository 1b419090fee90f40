package dev.spool.file;

import static dev.spool.file.SickDisk.COMMITTER;
import static dev.spool.file.SickDisk.COMPACTOR;
import static dev.spool.file.SickDisk.OPTIONS;
import static dev.spool.file.SickDisk.assertHoldsOnly;
import static dev.spool.file.SickDisk.await;
import static dev.spool.file.SickDisk.awaitHealthy;
import static dev.spool.file.SickDisk.find;
import static dev.spool.file.SickDisk.message;
import static dev.spool.file.SickDisk.segmentsOf;
import static dev.spool.file.SickDisk.store;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Durability;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.StoreOptions;
import dev.spool.file.SickDisk.Hold;
import dev.spool.testkit.contract.Samples;
import dev.spool.testkit.disk.Faults;
import dev.spool.testkit.disk.IoEvent.Kind;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A deferred spool whose sync fails writes again what had completed since the last good one: in its order, and once. */
@Timeout(120)
class FileDeferredSyncFailureTest {

    /** Syncs by itself only when the test has long forced it. */
    private static final SpoolOptions DEFERRED = OPTIONS.toBuilder()
            .durability(Durability.DEFERRED)
            .deferredSyncPeriod(Duration.ofSeconds(10))
            .build();

    private final SickDisk sick = new SickDisk(1);
    private final Faults faults = sick.disk.faults();
    private final Map<SpoolId, Message> stored = new LinkedHashMap<>();
    /** Compaction, which would clear away what must be right without it. */
    private final Hold compaction =
            sick.hold(event -> Thread.currentThread().getName().startsWith(COMPACTOR));

    private Spool spool;

    @BeforeEach
    void open() throws SpoolException {
        spool = sick.open(DEFERRED);
        SpoolId first = SpoolId.next();
        spool.blocking().store(first, message(first), StoreOptions.DEFAULT.withForceSync());
        stored.put(first, message(first));
    }

    /** Makes a sync fail whose batches have all completed before: that of a message for itself. */
    private void failSync(int times) throws SpoolException {
        faults.fail(Kind.SYNC, times, segmentsOf(COMMITTER));
        SpoolId forced = SpoolId.next();
        assertThat(SickDisk.outcomeOf(spool.store(forced, message(forced), StoreOptions.DEFAULT.withForceSync())))
                .isEqualTo(SickDisk.Outcome.IN_DOUBT);
        awaitHealthy(spool);
        assertThat(find(spool, forced)).isEmpty();
    }

    /** Replaces, updates and removes among {@code ids}, without a sync. */
    private void change(List<SpoolId> ids) throws SpoolException {
        for (int i = 0; i < ids.size(); i++) {
            SpoolId id = ids.get(i);
            switch (i % 4) {
                case 0 -> {
                    assertThat(spool.blocking().remove(id)).isTrue();
                    stored.remove(id);
                }
                case 1 -> {
                    assertThat(spool.blocking().updateEnvelope(id, Samples.text("new")))
                            .isTrue();
                    stored.put(id, stored.get(id).withEnvelope(Samples.text("new")));
                }
                case 2 -> {
                    spool.blocking().store(id, message(id, 10_000)); // in chunks
                    stored.put(id, message(id, 10_000));
                }
                default -> {}
            }
        }
    }

    private void assertSafe() throws SpoolException {
        faults.clear(); // one that had nothing to strike is not for the close
        awaitHealthy(spool);
        assertHoldsOnly(spool, stored);
        sick.afterPowerCut(found -> assertHoldsOnly(found, stored));
        compaction.letGo();
        spool.close();
        sick.reopened(found -> assertHoldsOnly(found, stored));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void whatHadCompletedIsWrittenAgainHoweverOftenThatFails(int failures) throws Exception {
        change(store(spool, 3, stored));
        failSync(failures);
        assertSafe();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 7})
    void whatFillsSeveralSegmentsIsWrittenAgainToo(int failures) throws Exception {
        List<SpoolId> ids = store(spool, 20, stored);
        change(ids.subList(0, 10));
        change(store(spool, 20, stored));
        failSync(failures);
        assertSafe();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 9})
    void aFailureInTheMidstOfWritingAgainLeavesNothingTwice(int syncsBetween) throws Exception {
        change(store(spool, 8, stored));
        AtomicInteger syncs = new AtomicInteger();
        faults.fail(
                Kind.SYNC, 1, path -> segmentsOf(COMMITTER).test(path) && syncs.incrementAndGet() == syncsBetween + 2);
        failSync(1);
        assertSafe();
    }

    /** The end of a segment that is written again says nothing of what is still to be written again. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6})
    void aFailureInTheMidstOfWritingAgainToSmallerSegmentsLosesNothing(int syncsBetween) throws Exception {
        compaction.letGo();
        spool.close();
        spool = sick.open(DEFERRED.toBuilder().segmentBytesMax(256 << 10).build());
        store(spool, 60, stored); // segments that are full so soon are followed by larger ones
        SpoolId forced = SpoolId.next();
        spool.blocking().store(forced, message(forced), StoreOptions.DEFAULT.withForceSync());
        stored.put(forced, message(forced));
        change(store(spool, 24, stored));
        AtomicInteger syncs = new AtomicInteger();
        faults.fail(
                Kind.SYNC, 1, path -> segmentsOf(COMMITTER).test(path) && syncs.incrementAndGet() == syncsBetween + 1);
        failSync(1);
        assertSafe();
    }

    @Test
    void whatWasWrittenAgainIsVoidUntilItIsNamed() throws Exception {
        change(store(spool, 8, stored));
        faults.fail(Kind.SYNC, 2, SickDisk.named("spool.epoch"));
        failSync(1);
        assertSafe();
    }

    @Test
    void theEndOfASegmentMakesWhatIsInItDurableAndNotTwice() throws Exception {
        // Fills the segment, so that the roll syncs the one before; what is removed then must not come back from there.
        List<SpoolId> ids = store(spool, 12, stored);
        for (SpoolId id : ids) {
            assertThat(spool.blocking().remove(id)).isTrue();
            stored.remove(id);
        }
        failSync(1);
        assertSafe();
    }

    @Test
    void thePeriodicSyncThatFailsLosesNothing() throws Exception {
        compaction.letGo();
        spool.close();
        spool = sick.open(
                DEFERRED.toBuilder().deferredSyncPeriod(Duration.ofMillis(100)).build());
        store(spool, 1, stored);
        change(store(spool, 3, stored));
        faults.fail(Kind.SYNC, 2, segmentsOf(COMMITTER));
        await(() -> spool.unhealthyReason() != null);
        awaitHealthy(spool);
        assertSafe();
    }

    @Test
    void aMessageWhoseFirstChunksAreWrittenAgainIsWholeInTheEnd() throws Exception {
        SpoolId bulky = SpoolId.next();
        Hold second = sick.holdNth(Kind.WRITE, COMMITTER, 2);
        CompletableFuture<Void> store = spool.store(bulky, message(bulky, 100_000));
        second.awaitReached();
        // The sync of another message fails between two chunks.
        faults.fail(Kind.SYNC, 1, segmentsOf(COMMITTER));
        SpoolId forced = SpoolId.next();
        CompletableFuture<Void> failing = spool.store(forced, message(forced), StoreOptions.DEFAULT.withForceSync());
        second.letGo();
        SickDisk.outcomeOf(failing);
        if (SickDisk.outcomeOf(store) == SickDisk.Outcome.DONE) {
            stored.put(bulky, message(bulky, 100_000));
        }
        awaitHealthy(spool);
        if (!find(spool, forced).isEmpty()) {
            stored.put(forced, message(forced));
        }
        spool.blocking().remove(forced);
        stored.remove(forced);
        SpoolId last = SpoolId.next();
        spool.blocking().store(last, message(last), StoreOptions.DEFAULT.withForceSync());
        stored.put(last, message(last));
        assertSafe();
    }
}
