package dev.spool.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.Durability;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolInDoubtException;
import dev.spool.SpoolIoException;
import dev.spool.SpoolMetrics;
import dev.spool.SpoolOptions;
import dev.spool.StoreOptions;
import dev.spool.engine.io.DiskFile;
import dev.spool.testkit.contract.Samples;
import dev.spool.testkit.disk.IoEvent.Kind;
import dev.spool.testkit.disk.PowerCut;
import dev.spool.testkit.disk.SimulatedDisk;
import dev.spool.testkit.disk.Survival;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bugs that other engines have had, as far as no other test is named for them; docs/reliability.md lists all of them. */
class BugsOfOthersTest {

    private static final int BODY_BYTES = 3000;
    private static final SpoolOptions OPTIONS = SpoolOptions.builder()
            .segmentBytesMin(64 << 10)
            .segmentBytesMax(64 << 10)
            .build();

    private final Map<SpoolId, Message> stored = new LinkedHashMap<>();

    private static SteppedMachine machine(SpoolOptions options) {
        return new SteppedMachine(new SimulatedDisk(1), options);
    }

    /** BookKeeper acknowledged entries of the old journal file before it was synced. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 40})
    void aSyncAtARollCoversTheSegmentBeforeToo(int unsynced) throws SpoolException {
        SteppedMachine machine =
                machine(OPTIONS.toBuilder().durability(Durability.DEFERRED).build());
        Spool spool = machine.open();
        for (int i = 0; i < unsynced; i++) {
            machine.store(stored, BODY_BYTES);
        }
        SpoolId id = SpoolId.next();
        Message last = Samples.message(id.low(), BODY_BYTES, 0);
        CompletableFuture<Void> synced = spool.store(id, last, new StoreOptions(null, null, true, null));
        machine.finish(synced);
        synced.join();
        stored.put(id, last);
        machine.disk().crash(Survival.LOST);
        SteppedMachine.assertHoldsOnly(machine.open(), stored);
    }

    /** Artemis called done for an operation for which it had called onError. */
    @Test
    void anOperationThatFailedIsNeverDoneAsWell() throws SpoolException {
        AtomicInteger done = new AtomicInteger();
        AtomicInteger failed = new AtomicInteger();
        AtomicInteger told = new AtomicInteger();
        SteppedMachine machine = machine(OPTIONS.toBuilder()
                .metrics(new SpoolMetrics() {
                    @Override
                    public void completed(Operation operation, long bytes, long nanos) {
                        done.addAndGet(operation == Operation.STORE ? 1 : 0);
                    }

                    @Override
                    public void failed(Operation operation, String kind) {
                        failed.addAndGet(operation == Operation.STORE ? 1 : 0);
                    }
                })
                .build());
        Spool spool = machine.open();
        machine.store(stored, BODY_BYTES);
        machine.disk().faults().fail(Kind.SYNC, 1, SickDisk::isSegment);
        CompletableFuture<Void> doubtful = machine.store(stored, BODY_BYTES);
        doubtful.whenComplete((nothing, failure) -> told.incrementAndGet());
        assertThatThrownBy(doubtful::join).hasCauseInstanceOf(SpoolInDoubtException.class);
        while (spool.unhealthyReason() != null) {
            machine.turn();
        }
        machine.store(stored, BODY_BYTES);
        machine.finish(spool.shutdown());
        assertThatThrownBy(doubtful::join).hasCauseInstanceOf(SpoolInDoubtException.class);
        assertThat(told).hasValue(1);
        assertThat(done).hasValue(stored.size());
        assertThat(failed).hasValue(1);
    }

    /** RocksDB replayed records of the earlier life of a log file that it had used again. */
    @ParameterizedTest
    @EnumSource(names = {"KEPT", "LOST"})
    void nothingOfTheEarlierLifeOfASegmentComesBack(Survival survival) throws Exception {
        SteppedMachine machine = machine(OPTIONS);
        Spool spool = machine.open();
        for (int i = 0; i < 60; i++) {
            machine.store(stored, BODY_BYTES);
        }
        for (SpoolId id : stored.keySet()) {
            machine.finish(spool.remove(id));
        }
        stored.clear();
        machine.finish(spool.compact());
        Path used = null;
        for (int i = 0; used == null && i < 200; i++) {
            machine.store(stored, 100);
            used = writtenBefore(machine.disk());
        }
        assertThat(used).as("a segment that is used again").isNotNull();
        machine.disk().crash(survival);
        spool = machine.open();
        SteppedMachine.assertHoldsOnly(spool, stored);
        machine.store(stored, 100);
        machine.disk().kill();
        SteppedMachine.assertHoldsOnly(machine.open(), stored);
    }

    /** The segment in use, if batches of another life of it stand behind those of this one. */
    private static Path writtenBefore(SimulatedDisk disk) throws IOException, SpoolException {
        SlotSurvey survey = SlotSurvey.of(disk, SegmentFiles.directory(SteppedMachine.DIRECTORY, 0), null);
        SegmentHeader newest = survey.newestFirst(Stream.HOT).get(0);
        Path path = java.util.Objects.requireNonNull(survey.at(newest.slot())).path();
        try (DiskFile file = disk.openForReading(path)) {
            ByteBuffer block = ByteBuffer.allocate(Blocks.BYTES);
            for (int at = Blocks.BYTES; at < newest.sizeBytes(); at += Blocks.BYTES) {
                file.read(block.clear(), at);
                BatchHeader batch = BatchHeader.decode(block.flip(), 0);
                if (batch != null && batch.life() != newest.life()) {
                    return path;
                }
            }
            return null;
        }
    }

    /** Databases that crashed after a failed sync, and read their log again, believed pages of which the disk had nothing. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsServedAfterAFailedSyncAndARestartIsNotServedFromMemoryAlone(boolean cacheLives) throws SpoolException {
        for (int before = 0; before < 25; before++) {
            stored.clear();
            SteppedMachine machine = machine(OPTIONS);
            Spool spool = machine.open();
            for (int i = 0; i < before; i++) {
                machine.store(stored, BODY_BYTES);
            }
            machine.disk().faults().fail(Kind.SYNC, 1, SickDisk::isSegment);
            SpoolId id = SpoolId.next();
            Message message = Samples.message(id.low(), BODY_BYTES, 0);
            CompletableFuture<Void> doubtful = spool.store(id, message);
            machine.finish(doubtful);
            boolean sure = !doubtful.isCompletedExceptionally(); // the sync that failed may have been the filler's
            machine.disk().kill();
            if (!cacheLives) {
                machine.disk().dropCaches();
            }
            spool = machine.open();
            boolean found = spool.load(id).join().isPresent();
            assertThat(found || !sure).isTrue();
            if (found) {
                stored.put(id, message);
            }
            machine.disk().crash(Survival.LOST);
            SteppedMachine.assertHoldsOnly(machine.open(), stored);
        }
    }

    /** Artemis could not start after a crash while it made or filled a journal file. */
    @Test
    void aCrashWhileSegmentsAreMadeAndFilledKeepsNoSpoolFromOpening() throws SpoolException {
        boolean crashed = true;
        for (int operation = 1; crashed; operation++) {
            stored.clear();
            SteppedMachine machine = machine(OPTIONS);
            machine.open();
            machine.disk().crashAfter(operation);
            crashed = makeAndFill(machine);
            machine.disk().crash(Survival.values()[operation % Survival.values().length]);
            machine.disk().crashNever();
            Spool spool = machine.open();
            for (Map.Entry<SpoolId, Message> entry : stored.entrySet()) {
                assertThat(SickDisk.contents(spool.load(entry.getKey()).join().orElse(null)))
                        .isEqualTo(SickDisk.contents(entry.getValue()));
            }
            assertThat(machine.store(stored, BODY_BYTES)).isCompleted();
        }
    }

    /** True if the power was cut. */
    private boolean makeAndFill(SteppedMachine machine) {
        try {
            for (int i = 0; i < 25; i++) {
                machine.store(stored, BODY_BYTES);
                machine.turn();
            }
        } catch (PowerCut cut) {
            return true;
        }
        return !machine.disk().isAlive();
    }

    /** RocksDB took an error while it read its log for the end of the log. */
    @Test
    void aReadThatFailsIsNotTheEndOfTheLog() throws SpoolException {
        SteppedMachine written = machine(OPTIONS);
        written.open();
        for (int i = 0; i < 40; i++) {
            written.store(stored, BODY_BYTES);
        }
        written.disk().kill();
        int refused = 0;
        AtomicInteger reads = new AtomicInteger();
        for (int failing = 1; failing == 1 || reads.get() >= failing - 1; failing++) {
            int wanted = failing;
            reads.set(0);
            SteppedMachine machine = new SteppedMachine(written.disk().fork(failing), OPTIONS);
            machine.disk()
                    .faults()
                    .fail(Kind.READ, 1, path -> SickDisk.isSegment(path) && reads.incrementAndGet() == wanted);
            Spool spool;
            try {
                spool = machine.open();
            } catch (SpoolIoException e) {
                refused++;
                machine.disk().kill();
                machine.disk().faults().clear();
                spool = machine.open();
            }
            machine.disk().faults().clear();
            SteppedMachine.assertHoldsOnly(spool, stored);
        }
        assertThat(refused).isGreaterThan(stored.size() / 10);
    }
}
