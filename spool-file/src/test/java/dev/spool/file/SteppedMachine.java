package dev.spool.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.EnumerateOptions;
import dev.spool.Message;
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
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A machine with a simulated disk on which one spool at a time runs step by step, in this thread. */
final class SteppedMachine {

    static final Path DIRECTORY = Path.of("/spool");

    private final ManualClock clock = new ManualClock();
    private final SpoolOptions options;
    private SimulatedDisk disk;
    private SteppedSpool stepped;
    private long pid = 1;

    SteppedMachine(SimulatedDisk disk, SpoolOptions options) {
        this.disk = disk;
        this.options = options;
    }

    SimulatedDisk disk() {
        return disk;
    }

    /** Opens the spool in a process of its own; the one before it is dead. */
    Spool open() throws SpoolException {
        if (!disk.isAlive()) {
            disk = disk.afterCrash();
        }
        long self = ++pid;
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
        stepped = SteppedSpool.open(new FileBackendFactory(), new Site(disk, DIRECTORY, clock, processes), options);
        return stepped.spool();
    }

    /** Runs what there is to do until this is done. Time passes only when there is nothing else to do. */
    void finish(CompletableFuture<?> future) {
        while (!future.isDone()) {
            turn();
        }
    }

    void turn() {
        if (!stepped.turn()) {
            clock.advance(Duration.ofMillis(5));
        }
    }

    /** Stores a message, and waits until that is over. */
    CompletableFuture<Void> store(Map<SpoolId, Message> stored, int bytes) {
        SpoolId id = SpoolId.next();
        Message message = Samples.message(id.low(), bytes, 20);
        CompletableFuture<Void> future = stepped.spool().store(id, message);
        finish(future);
        if (!future.isCompletedExceptionally()) {
            stored.put(id, message);
        }
        return future;
    }

    /** Fails unless the spool holds these messages, and, but for those, nothing, and tells of no damage. */
    static void assertHoldsOnly(Spool spool, Map<SpoolId, Message> expected) throws SpoolException {
        for (Map.Entry<SpoolId, Message> entry : expected.entrySet()) {
            Message found = spool.load(entry.getKey()).join().orElse(null);
            assertThat(SickDisk.contents(found))
                    .as("%s", entry.getKey())
                    .isEqualTo(SickDisk.contents(entry.getValue()));
        }
        try (SpoolScan scan = spool.enumerate(EnumerateOptions.ALL)) {
            assertThat(scan).toIterable().hasSize(expected.size()).hasOnlyElementsOfType(SpoolEntry.Item.class);
            assertThat(scan.report().complete()).as("%s", scan.report()).isTrue();
        }
        assertThat(spool.health().corruptMessages()).isZero();
    }
}
