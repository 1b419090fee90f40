package dev.spool.file;

import static dev.spool.file.SickDisk.FILLER;
import static dev.spool.file.SickDisk.any;
import static dev.spool.file.SickDisk.assertHoldsOnly;
import static dev.spool.file.SickDisk.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.Health;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolIoException;
import dev.spool.testkit.disk.Faults;
import dev.spool.testkit.disk.IoEvent.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What compaction and the filler do in vain costs no message, no store, and no space for good. */
@Timeout(120)
class FileMaintenanceFailureTest {

    private static final String COMPACTION = "spool-compact";

    private final SickDisk sick = new SickDisk(1);
    private final Faults faults = sick.disk.faults();
    private final Map<SpoolId, Message> stored = new LinkedHashMap<>();

    /** Leaves segments behind of which most is dead. */
    private void scatter(Spool spool) throws SpoolException {
        List<SpoolId> ids = store(spool, 60, stored);
        for (int i = 0; i < ids.size(); i++) {
            if (i % 5 > 0) {
                assertThat(spool.blocking().remove(ids.get(i))).isTrue();
                stored.remove(ids.get(i));
            }
        }
    }

    @Test
    void aSegmentThatCannotBeReadKeepsNoOtherFromBeingCompacted() throws Exception {
        SickDisk.Hold background =
                sick.hold(event -> Thread.currentThread().getName().startsWith(COMPACTION));
        try (Spool spool = sick.open()) {
            scatter(spool);
            faults.fail(Kind.READ, Faults.ALWAYS, path -> any(COMPACTION).test(path) && path.endsWith("00000001.seg"));
            background.letGo();
            assertThatThrownBy(() -> spool.blocking().compact())
                    .isInstanceOf(SpoolIoException.class)
                    .hasMessageContaining("00000001.seg");
            assertThat(spool.stats().reclaimableBytes()).isLessThan(2 * (64 << 10));
            assertThat(spool.health().cause()).isEqualTo(Health.Cause.NONE);
            assertHoldsOnly(spool, stored);
            faults.clear();
            spool.blocking().compact(); // does not fail any more
            assertHoldsOnly(spool, stored);
        }
        sick.reopened(found -> assertHoldsOnly(found, stored));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 6})
    void aSyncThatFailsInCompactionLosesNoMessageAndLeavesNoneTwice(int failures) throws Exception {
        try (Spool spool = sick.open()) {
            scatter(spool);
            faults.fail(Kind.SYNC, failures, any(COMPACTION));
            for (int i = 0; i < 3; i++) {
                compactOrFail(spool);
                store(spool, 2, stored);
                assertHoldsOnly(spool, stored);
                sick.afterPowerCut(found -> assertHoldsOnly(found, stored));
            }
            faults.clear();
            SickDisk.done(spool.compact());
            assertThat(spool.unhealthyReason()).isNull();
            assertHoldsOnly(spool, stored);
            sick.afterPowerCut(found -> assertHoldsOnly(found, stored));
        }
        sick.reopened(found -> assertHoldsOnly(found, stored));
    }

    @ParameterizedTest
    @EnumSource(names = {"SYNC", "WRITE", "CREATE", "DELETE", "SYNC_DIRECTORY"})
    void compactionThatFailsForLongIsMadeUpForLater(Kind failing) throws Exception {
        try (Spool spool = sick.open()) {
            scatter(spool);
            faults.fail(failing, Faults.ALWAYS, any(COMPACTION));
            for (int i = 0; i < 4; i++) {
                compactOrFail(spool);
                store(spool, 5, stored);
            }
            assertHoldsOnly(spool, stored);
            sick.afterPowerCut(found -> assertHoldsOnly(found, stored));
            faults.clear();
            SickDisk.done(spool.compact());
            assertHoldsOnly(spool, stored);
        }
        sick.reopened(found -> assertHoldsOnly(found, stored));
        long living = stored.size() * 3000L;
        assertThat(sick.segments(0).size() * 65536L).isLessThan(4 * living + 16 * 65536L);
    }

    @ParameterizedTest
    @EnumSource(names = {"SYNC", "WRITE", "CREATE", "SYNC_DIRECTORY"})
    void aFillerThatFailsStopsNoStoreAndLeavesNoFilesBehind(Kind failing) throws Exception {
        try (Spool spool = sick.open()) {
            faults.fail(failing, Faults.ALWAYS, any(FILLER));
            store(spool, 60, stored);
            for (int i = 0; i < 30; i++) {
                cleanUpOrFail(spool);
            }
            assertThat(spool.unhealthyReason()).isNull();
            assertThat(sick.segments(0)).hasSizeLessThan(20);
            assertThat(spool.stats().totalBytes()).isLessThan(20 * 65536);
            faults.clear();
            store(spool, 60, stored);
            assertHoldsOnly(spool, stored);
            sick.afterPowerCut(found -> assertHoldsOnly(found, stored));
        }
        sick.reopened(found -> assertHoldsOnly(found, stored));
    }

    private static void compactOrFail(Spool spool) {
        SickDisk.ended(spool.compact());
    }

    private static void cleanUpOrFail(Spool spool) {
        SickDisk.ended(spool.cleanup());
    }
}
