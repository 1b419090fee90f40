package dev.spool.file;

import static dev.spool.file.SickDisk.COMMITTER;
import static dev.spool.file.SickDisk.OPTIONS;
import static dev.spool.file.SickDisk.assertHolds;
import static dev.spool.file.SickDisk.assertHoldsOnly;
import static dev.spool.file.SickDisk.await;
import static dev.spool.file.SickDisk.awaitHealthy;
import static dev.spool.file.SickDisk.failureOf;
import static dev.spool.file.SickDisk.find;
import static dev.spool.file.SickDisk.message;
import static dev.spool.file.SickDisk.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.Health;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolDeadlineException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolInDoubtException;
import dev.spool.SpoolOptions;
import dev.spool.SpoolUnhealthyException;
import dev.spool.StoreOptions;
import dev.spool.file.SickDisk.Hold;
import dev.spool.testkit.disk.IoEvent.Kind;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A sync that hangs, with all threads running: what callers and health are told meanwhile, and after it. */
@Timeout(120)
class FileSyncHangTest {

    private static final SpoolOptions WATCHFUL =
            OPTIONS.toBuilder().slowSyncLimit(Duration.ofMillis(500)).build();
    private static final StoreOptions IMPATIENT =
            StoreOptions.DEFAULT.withDeadline(Duration.ofMillis(50)).withGiveUpAfter(Duration.ofMillis(100));

    private final SickDisk sick = new SickDisk(1);
    private final Map<SpoolId, Message> stored = new LinkedHashMap<>();
    private final SpoolId id = SpoolId.next();

    @Test
    void aHangIsSeenWhileItLastsAndWhatWaitsIsGivenUp() throws Exception {
        try (Spool spool = sick.open(WATCHFUL)) {
            store(spool, 3, stored);
            Hold hanging = sick.hold(Kind.SYNC, COMMITTER);
            CompletableFuture<Void> joined = spool.store(id, message(id), IMPATIENT);
            hanging.awaitReached();
            SpoolId late = SpoolId.next();
            CompletableFuture<Void> queued = spool.store(late, message(late), IMPATIENT);
            assertThat(failureOf(joined)).isInstanceOf(SpoolInDoubtException.class);
            assertThat(failureOf(queued)).isInstanceOf(SpoolDeadlineException.class);
            await(() -> spool.unhealthyReason() != null);
            assertSlow(spool);
            assertHolds(spool, stored);
            assertThat(find(spool, id)).isEmpty();
            hanging.letGo();
            awaitHealthy(spool);
            // The sync came back after all, so what was in doubt has taken effect; what waited behind it has not.
            stored.put(id, message(id));
            assertHoldsOnly(spool, stored);
        }
        sick.reopened(found -> assertHoldsOnly(found, stored));
    }

    @Test
    void aSyncThatComesBackLateIsNoProofOfHealth() throws Exception {
        try (Spool spool = sick.open(WATCHFUL)) {
            store(spool, 3, stored);
            Hold hanging = sick.hold(Kind.SYNC, COMMITTER);
            CompletableFuture<Void> store = spool.store(id, message(id));
            hanging.awaitReached();
            await(() -> spool.unhealthyReason() != null);
            Hold probe = sick.hold(Kind.WRITE, COMMITTER);
            hanging.letGo();
            store.join();
            stored.put(id, message(id));
            probe.awaitReached();
            assertSlow(spool);
            Hold syncing = sick.hold(Kind.SYNC, COMMITTER);
            probe.letGo();
            syncing.awaitReached();
            assertSlow(spool);
            syncing.letGo();
            awaitHealthy(spool);
            store(spool, 3, stored);
        }
        sick.reopened(found -> assertHoldsOnly(found, stored));
    }

    @Test
    void aSyncThatHangsAndThenFailsIsBoth() throws Exception {
        try (Spool spool = sick.open(WATCHFUL)) {
            store(spool, 3, stored);
            Hold hanging = sick.hold(Kind.SYNC, COMMITTER);
            sick.disk.faults().fail(Kind.SYNC, 1, SickDisk.segmentsOf(COMMITTER));
            CompletableFuture<Void> store = spool.store(id, message(id));
            hanging.awaitReached();
            await(() -> spool.unhealthyReason() != null);
            assertSlow(spool);
            hanging.letGo();
            assertThat(failureOf(store)).isInstanceOf(SpoolInDoubtException.class);
            awaitHealthy(spool);
            assertHoldsOnly(spool, stored);
            store(spool, 3, stored);
        }
        sick.reopened(found -> assertHoldsOnly(found, stored));
    }

    @Test
    void aCloseWaitsForASyncThatHangsAndLosesNothing() throws Exception {
        Spool spool = sick.open(WATCHFUL);
        store(spool, 3, stored);
        Hold hanging = sick.hold(Kind.SYNC, COMMITTER);
        CompletableFuture<Void> store = spool.store(id, message(id));
        hanging.awaitReached();
        CompletableFuture<Void> closing = spool.shutdown();
        assertThatThrownBy(() -> spool.blocking().store(SpoolId.next(), message(id)))
                .isInstanceOfAny(SpoolException.class, IllegalStateException.class);
        assertThat(closing).isNotDone();
        hanging.letGo();
        closing.join();
        store.join();
        stored.put(id, message(id));
        sick.reopened(found -> assertHoldsOnly(found, stored));
    }

    private static void assertSlow(Spool spool) {
        assertThat(spool.unhealthyReason()).isEqualTo("spool storage is slow");
        assertThat(spool.health().cause()).isEqualTo(Health.Cause.SYNC_SLOW);
        SpoolId refused = SpoolId.next();
        assertThat(failureOf(spool.store(refused, message(refused)))).isInstanceOf(SpoolUnhealthyException.class);
    }
}
