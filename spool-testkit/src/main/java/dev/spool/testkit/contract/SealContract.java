package dev.spool.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.Drainable;
import dev.spool.Fingerprint;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolDrainingException;
import dev.spool.SpoolException;
import dev.spool.SpoolFencedException;
import dev.spool.SpoolId;
import dev.spool.SpoolLockedException;
import dev.spool.StoreOptions;
import dev.spool.testkit.process.ChildArguments;
import dev.spool.testkit.process.ChildJvm;
import dev.spool.testkit.process.OwnerProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A sealed spool is on disk in full, can be taken by another, and can be taken back while nobody has. */
public abstract class SealContract extends SpoolContract {

    @Test
    void sealedASpoolRefusesEveryMutation() throws SpoolException {
        SpoolId id = SpoolId.next();
        try (Spool spool = open()) {
            spool.store(id, Samples.message(1, 100, 10)).join();
            spool.drainable().drain(Duration.ofSeconds(60));
            Drainable.SealReport report = spool.drainable().seal();
            assertThat(report.lastRevisions())
                    .isEqualTo(spool.drainable().snapshotState().lastRevisions());
            assertThat(spool.drainable().snapshotState().phase()).isEqualTo(Drainable.Phase.SEALED);
            assertThat(failureOf(spool.store(SpoolId.next(), Samples.message(2, 10))))
                    .isInstanceOf(SpoolDrainingException.class);
            assertThat(failureOf(spool.remove(id))).isInstanceOf(SpoolDrainingException.class);
            assertThat(failureOf(spool.removeAll(List.of(id)))).isInstanceOf(SpoolDrainingException.class);
            assertThat(failureOf(spool.updateEnvelope(id, Samples.text("e"))))
                    .isInstanceOf(SpoolDrainingException.class);
            assertThat(failureOf(spool.storeAll(Map.of(id, Samples.message(2, 10)), StoreOptions.DEFAULT)))
                    .isInstanceOf(SpoolDrainingException.class);
            assertHolds(spool, id, Samples.message(1, 100, 10));
            assertThat(spool.unhealthyReason()).isNotNull();
        }
        try (Spool spool = open()) {
            assertHolds(spool, id, Samples.message(1, 100, 10));
        }
    }

    @Test
    void sealReleasesTheLockWithEverythingOnDisk() throws SpoolException {
        try (Spool first = open(smallSegments())) {
            Map<SpoolId, Message> stored = storeMany(first, 100, 3000, 30);
            first.drainable().seal();
            try (Spool second = open(smallSegments())) {
                assertHolds(second, stored);
                stored.putAll(storeMany(second, 10, 300, 0));
            }
            try (Spool third = open(smallSegments())) {
                assertHolds(third, stored);
            }
        }
    }

    @Test
    void sealingAgainGivesTheSameReport() throws SpoolException {
        try (Spool spool = open()) {
            storeMany(spool, 10, 100, 0);
            Drainable.SealReport report = spool.drainable().seal();
            assertThat(spool.drainable().seal()).isEqualTo(report);
        }
    }

    @Test
    void theFingerprintIsEqualWhenReopenedUnchangedAndDiffersAfterAChange() throws SpoolException {
        Fingerprint first;
        SpoolId id = SpoolId.next();
        try (Spool spool = open(smallSegments())) {
            storeMany(spool, 300, 2000, 20);
            spool.store(id, Samples.message(1, 10)).join();
            first = spool.drainable().seal().fingerprint();
        }
        for (int i = 0; i < 2; i++) {
            try (Spool spool = open(smallSegments())) {
                assertThat(spool.drainable().seal().fingerprint()).isEqualTo(first);
            }
        }
        try (Spool spool = open(smallSegments())) {
            spool.remove(id).join();
            assertThat(spool.drainable().seal().fingerprint()).isNotEqualTo(first);
        }
    }

    @Test
    void resumeTakesASealedSpoolBack() throws SpoolException {
        try (Spool spool = open()) {
            Map<SpoolId, Message> stored = storeMany(spool, 20, 500, 5);
            for (int i = 0; i < 3; i++) {
                if (i > 0) {
                    spool.drainable().drain(Duration.ofSeconds(60));
                }
                spool.drainable().seal();
                spool.drainable().resumeAfterAbort();
                spool.drainable().resumeAfterAbort();
                assertThat(spool.drainable().snapshotState().phase()).isEqualTo(Drainable.Phase.OPEN);
                assertThat(spool.unhealthyReason()).isNull();
                assertThatThrownBy(this::open).isInstanceOf(SpoolLockedException.class);
                stored.putAll(storeMany(spool, 20, 500, 5));
                assertHolds(spool, stored);
                assertThat(scan(spool).keySet()).isEqualTo(stored.keySet());
            }
        }
        try (Spool spool = open()) {
            assertThat(scan(spool)).hasSize(80);
        }
    }

    @Test
    void sealAndResumeAtTheSameTimeEndInOneOfTheTwo() throws Exception {
        try (Spool spool = open()) {
            Map<SpoolId, Message> stored = storeMany(spool, 10, 100, 0);
            for (int i = 0; i < 20; i++) {
                try (BackgroundWork sealing = new BackgroundWork()) {
                    sealing.repeat(() -> spool.drainable().seal());
                    while (sealing.rounds() == 0) {
                        spool.drainable().resumeAfterAbort();
                    }
                }
                assertThat(spool.drainable().snapshotState().phase())
                        .isIn(Drainable.Phase.SEALED, Drainable.Phase.OPEN);
                spool.drainable().resumeAfterAbort();
                stored.putAll(storeMany(spool, 1, 100, 0));
            }
            assertHolds(spool, stored);
        }
    }

    @Test
    void resumeIsRefusedWhileAnotherOwns() throws SpoolException {
        try (Spool first = open()) {
            first.drainable().seal();
            try (Spool second = open()) {
                assertThatThrownBy(() -> first.drainable().resumeAfterAbort())
                        .isInstanceOfAny(SpoolLockedException.class, SpoolFencedException.class);
                SpoolId id = SpoolId.next();
                second.store(id, Samples.message(1, 10)).join();
                assertHolds(second, id, Samples.message(1, 10));
                assertThat(failureOf(first.store(id, Samples.message(2, 10)))).isInstanceOf(SpoolException.class);
            }
        }
    }

    @Test
    void resumeIsFencedAfterAnotherOwned() throws SpoolException {
        SpoolId id = SpoolId.next();
        try (Spool first = open()) {
            first.store(id, Samples.message(1, 10)).join();
            first.drainable().seal();
            try (Spool second = open()) {
                second.store(id, Samples.message(2, 10)).join();
            }
            assertThatThrownBy(() -> first.drainable().resumeAfterAbort()).isInstanceOf(SpoolFencedException.class);
            assertThat(failureOf(first.store(id, Samples.message(3, 10)))).isInstanceOf(SpoolException.class);
            // The one that was fenced holds no lock, and what it does later harms nobody.
            try (Spool third = open()) {
                assertHolds(third, id, Samples.message(2, 10));
                first.close();
                third.store(id, Samples.message(4, 10)).join();
                assertHolds(third, id, Samples.message(4, 10));
            }
        }
    }

    @Test
    @Tag(PROCESS)
    void anotherProcessTakesASealedSpool() throws SpoolException {
        SpoolId ours = SpoolId.next();
        SpoolId theirs = SpoolId.next();
        Spool first = open();
        first.store(ours, Samples.message(1, 100)).join();
        first.drainable().seal();
        try (ChildJvm child = OwnerProcess.start(new ChildArguments(provider(), directory(), options()))) {
            child.expect("open");
            assertThatThrownBy(() -> first.drainable().resumeAfterAbort())
                    .isInstanceOfAny(SpoolLockedException.class, SpoolFencedException.class);
            child.tell("store " + theirs + " by the successor");
            child.expect("done");
            child.tell("seal");
            child.expect("done");
            assertThatThrownBy(() -> first.drainable().resumeAfterAbort()).isInstanceOf(SpoolFencedException.class);
        }
        first.close();
        try (Spool again = open()) {
            assertHolds(again, ours, Samples.message(1, 100));
            assertHolds(again, theirs, Message.of(Samples.text("by the successor")));
        }
    }

    @Test
    void aSealedSpoolClosesWithoutAnotherWrite() throws Exception {
        Spool spool = open();
        storeMany(spool, 20, 500, 5);
        spool.drainable().seal();
        Map<String, String> sealed = digest();
        spool.close();
        assertThat(digest()).isEqualTo(sealed);
    }
}
