package dev.spool.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Durability;
import dev.spool.EnumerateOptions;
import dev.spool.Spool;
import dev.spool.SpoolEntry;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.SpoolScan;
import dev.spool.engine.SteppedSpool;
import dev.spool.engine.directory.ProcessIdentity;
import dev.spool.engine.directory.Processes;
import dev.spool.engine.directory.Site;
import dev.spool.testkit.contract.Samples;
import dev.spool.testkit.disk.ManualClock;
import dev.spool.testkit.disk.SimulatedDisk;
import dev.spool.testkit.disk.Survival;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A segment of which only the page cache knew, as a power cut after the next recovery leaves it. */
class UnsyncedSegmentTest {

    private final SpoolOptions options = SpoolOptions.builder()
            .durability(Durability.DEFERRED)
            .segmentBytesMin(64 << 10)
            .segmentBytesMax(64 << 10)
            .build();
    private final ManualClock clock = new ManualClock();
    private SimulatedDisk disk = new SimulatedDisk(1);
    private long pid = 1;

    /** The larger numbers reach a second segment, of which nothing is synced yet. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void isNotMissedOnceItHasBeenCutOff(int messages) throws SpoolException {
        SteppedSpool killed = open();
        for (int i = 0; i < messages; i++) {
            CompletableFuture<Void> stored = killed.spool().store(SpoolId.next(), Samples.message(i, 3000));
            while (!stored.isDone()) {
                killed.turn();
            }
        }
        disk.kill();
        open();
        disk.crash(Survival.LOST);
        Spool spool = open().spool();
        assertThat(spool.stats().entries()).isEqualTo(messages);
        try (SpoolScan scan = spool.enumerate(EnumerateOptions.ALL)) {
            assertThat(scan).toIterable().hasSize(messages).hasOnlyElementsOfType(SpoolEntry.Item.class);
            assertThat(scan.report().complete()).as("%s", scan.report()).isTrue();
        }
    }

    private SteppedSpool open() throws SpoolException {
        if (!disk.isAlive()) {
            disk = disk.afterCrash();
            pid++;
        }
        long self = pid;
        Processes processes = new Processes() {
            @Override
            public ProcessIdentity self() {
                return new ProcessIdentity("simulated", "boot", "", self, self);
            }

            @Override
            public boolean mayRun(long process, long start) {
                return process == pid;
            }
        };
        return SteppedSpool.open(
                new FileBackendFactory(), new Site(disk, Path.of("/spool"), clock, processes), options);
    }
}
