package dev.spool.file;

import static dev.spool.file.SickDisk.COMMITTER;
import static dev.spool.file.SickDisk.DIRECTORY;
import static dev.spool.file.SickDisk.OPTIONS;
import static dev.spool.file.SickDisk.assertHolds;
import static dev.spool.file.SickDisk.assertHoldsOnly;
import static dev.spool.file.SickDisk.failureOf;
import static dev.spool.file.SickDisk.message;
import static dev.spool.file.SickDisk.store;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Durability;
import dev.spool.Health;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolFencedException;
import dev.spool.SpoolId;
import dev.spool.engine.directory.Layout;
import dev.spool.file.SickDisk.Hold;
import dev.spool.testkit.contract.Samples;
import dev.spool.testkit.disk.IoEvent.Kind;
import dev.spool.testkit.disk.SimulatedDisk;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An owner that lost its lock and whose epoch moved acknowledges nothing, and its successor keeps everything. */
@Timeout(120)
class FileFencingTest {

    private final SickDisk sick = new SickDisk(1);
    private final Map<SpoolId, Message> stored = new LinkedHashMap<>();

    /** Another process, which can take the directory: this one has lost its lock, and does not know it. */
    private SimulatedDisk successor() throws IOException {
        sick.disk.openForReading(DIRECTORY.resolve(Layout.LOCK)).close();
        return sick.disk.newProcess();
    }

    @Test
    void onceASuccessorHasRaisedTheEpochNothingIsAcknowledgedAndHealthSaysSo() throws Exception {
        Spool old = sick.open();
        List<SpoolId> there = store(old, 10, stored);
        SimulatedDisk process = successor();
        try (Spool owner = SickDisk.provider(process).open(DIRECTORY, OPTIONS)) {
            SpoolId id = SpoolId.next();
            assertThat(failureOf(old.store(id, message(id)))).isInstanceOf(SpoolFencedException.class);
            assertThat(failureOf(old.remove(there.get(0)))).isInstanceOf(SpoolFencedException.class);
            assertThat(failureOf(old.updateEnvelope(there.get(1), Samples.text("e"))))
                    .isInstanceOf(SpoolFencedException.class);
            assertThat(old.unhealthyReason()).isEqualTo("spool is shutting down");
            assertThat(old.health().cause()).isEqualTo(Health.Cause.FENCED);
            assertHolds(old, stored);
            store(owner, 30, stored);
            old.close();
            store(owner, 30, stored);
            assertHoldsOnly(owner, stored);
        }
        sick.reopened(found -> assertHoldsOnly(found, stored));
    }

    @Test
    void aBatchUnderWayWhileTheEpochMovesIsNotAcknowledged() throws Exception {
        Spool old = sick.open();
        store(old, 5, stored);
        Hold syncing = sick.hold(Kind.SYNC, COMMITTER);
        SpoolId id = SpoolId.next();
        CompletableFuture<Void> store = old.store(id, message(id));
        syncing.awaitReached();
        SimulatedDisk process = successor();
        try (Spool owner = SickDisk.provider(process).open(DIRECTORY, OPTIONS)) {
            syncing.letGo();
            assertThat(failureOf(store)).isInstanceOf(SpoolFencedException.class);
            // Its successor may have found it written; what it found it keeps.
            if (!SickDisk.find(owner, id).isEmpty()) {
                stored.put(id, message(id));
            }
            store(owner, 20, stored);
            old.close();
            assertHoldsOnly(owner, stored);
        }
        sick.reopened(found -> assertHoldsOnly(found, stored));
    }

    @Test
    void anOwnerThatIsFencedWhileItRecoversFromAFailedSyncIsToldSo() throws Exception {
        Spool old = sick.open();
        List<SpoolId> there = store(old, 5, stored);
        Hold writing = sick.hold(Kind.WRITE, COMMITTER);
        sick.disk.faults().fail(Kind.SYNC, 1, SickDisk.segmentsOf(COMMITTER));
        SpoolId id = SpoolId.next();
        CompletableFuture<Void> store = old.store(id, message(id));
        writing.awaitReached();
        CompletableFuture<Boolean> remove = old.remove(there.get(0));
        SimulatedDisk process = successor();
        try (Spool owner = SickDisk.provider(process).open(DIRECTORY, OPTIONS)) {
            writing.letGo();
            assertThat(failureOf(store)).isNotNull();
            assertThat(failureOf(remove)).isInstanceOf(SpoolFencedException.class);
            assertThat(old.health().cause()).isEqualTo(Health.Cause.FENCED);
            old.close();
            store(owner, 20, stored);
            assertHoldsOnly(owner, stored);
        }
        sick.reopened(found -> assertHoldsOnly(found, stored));
    }

    @Test
    void aDeferredSpoolThatIsFencedSaysSoAtItsNextSync() throws Exception {
        Spool old =
                sick.open(OPTIONS.toBuilder().durability(Durability.DEFERRED).build());
        store(old, 3, stored);
        SickDisk.await(() -> old.stats().inFlightBytes() == 0);
        SimulatedDisk process = successor();
        try (Spool owner = SickDisk.provider(process).open(DIRECTORY, OPTIONS)) {
            SpoolId id = SpoolId.next();
            assertThat(failureOf(old.store(id, message(id)))).isInstanceOf(SpoolFencedException.class);
            old.close();
            store(owner, 20, stored);
            assertHoldsOnly(owner, stored);
        }
        sick.reopened(found -> assertHoldsOnly(found, stored));
    }
}
