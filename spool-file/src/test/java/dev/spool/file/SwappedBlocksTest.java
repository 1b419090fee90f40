package dev.spool.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolEntry;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.SpoolScan;
import dev.spool.engine.io.DiskFile;
import dev.spool.testkit.disk.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** Two blocks of the segment that was being written have changed places, be they a batch and the proof of it. */
class SwappedBlocksTest {

    private static final SpoolOptions OPTIONS = SpoolOptions.builder()
            .segmentBytesMin(64 << 10)
            .segmentBytesMax(64 << 10)
            .build();

    private final Map<SpoolId, Message> stored = new LinkedHashMap<>();

    @Test
    void loseNoProvenMessageUnreported() throws Exception {
        SteppedMachine written = filled(1, OPTIONS, stored, 5);
        Path segment = active(written.disk().newProcess());
        int blocks = 10;
        for (int first = 1; first < blocks; first++) {
            for (int second = first + 1; second < blocks; second++) {
                SteppedMachine machine = new SteppedMachine(written.disk().fork(1), OPTIONS);
                swap(machine.disk(), segment, first * Blocks.BYTES, second * Blocks.BYTES);
                requireHeldOrTold(machine.open(), "blocks " + first + " and " + second);
            }
        }
    }

    @Test
    void bringNothingOfAnEarlierLifeBack() throws Exception {
        SpoolOptions larger = SpoolOptions.builder()
                .segmentBytesMin(128 << 10)
                .segmentBytesMax(128 << 10)
                .build();
        SteppedMachine earlier = filled(2, larger, new LinkedHashMap<>(), 10);
        SteppedMachine written = filled(1, larger, stored, 4);
        Path segment = active(written.disk().newProcess());
        int blocks = 12;
        for (int first = 1; first < blocks; first++) {
            for (int second = first + 1; second < blocks; second++) {
                SteppedMachine machine = new SteppedMachine(written.disk().fork(1), larger);
                copy(earlier.disk(), active(earlier.disk().newProcess()), machine.disk(), segment, blocks);
                swap(machine.disk(), segment, first * Blocks.BYTES, second * Blocks.BYTES);
                try (SpoolScan scan = machine.open().enumerate()) {
                    while (scan.hasNext()) {
                        if (scan.next() instanceof SpoolEntry.Item item) {
                            assertThat(stored)
                                    .as("blocks " + first + " and " + second)
                                    .containsKey(item.id());
                        }
                    }
                }
            }
        }
    }

    /** A machine that was killed after it had stored so many messages, the last one proven. */
    private static SteppedMachine filled(long seed, SpoolOptions options, Map<SpoolId, Message> stored, int messages)
            throws Exception {
        SteppedMachine machine = new SteppedMachine(new SimulatedDisk(seed), options);
        machine.open();
        for (int i = 0; i < messages; i++) {
            machine.store(stored, 300);
        }
        for (int i = 0; i < 100; i++) {
            machine.turn();
        }
        machine.disk().kill();
        return machine;
    }

    /** Copies what stands behind so many blocks, as it stands there in a file that is used again. */
    private static void copy(SimulatedDisk from, Path source, SimulatedDisk to, Path target, int blocks)
            throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((128 << 10) - blocks * Blocks.BYTES);
        try (DiskFile file = from.newProcess().openForWriting(source)) {
            file.read(bytes, blocks * (long) Blocks.BYTES);
        }
        try (DiskFile file = to.openForWriting(target)) {
            file.write(bytes.flip(), blocks * (long) Blocks.BYTES);
        }
    }

    private void requireHeldOrTold(Spool spool, String what) throws SpoolException {
        boolean told;
        try (SpoolScan scan = spool.enumerate()) {
            scan.forEachRemaining(entry -> {});
            told = scan.report().corrupt() > 0 || !scan.report().complete();
        }
        for (Map.Entry<SpoolId, Message> entry : stored.entrySet()) {
            try {
                Message found = spool.load(entry.getKey()).join().orElse(null);
                if (found != null || !told) {
                    assertThat(SickDisk.contents(found)).as(what).isEqualTo(SickDisk.contents(entry.getValue()));
                }
            } catch (CompletionException corrupt) {
                assertThat(corrupt).as(what).hasCauseInstanceOf(dev.spool.SpoolCorruptException.class);
            }
        }
    }

    private static Path active(SimulatedDisk disk) throws SpoolException {
        SlotSurvey survey = SlotSurvey.of(disk, SegmentFiles.directory(SteppedMachine.DIRECTORY, 0), null);
        SegmentHeader newest = survey.newestFirst(Stream.HOT).get(0);
        return java.util.Objects.requireNonNull(survey.at(newest.slot())).path();
    }

    private static void swap(SimulatedDisk disk, Path path, int first, int second) throws IOException {
        try (DiskFile file = disk.openForWriting(path)) {
            ByteBuffer one = ByteBuffer.allocate(Blocks.BYTES);
            ByteBuffer other = ByteBuffer.allocate(Blocks.BYTES);
            file.read(one, first);
            file.read(other, second);
            file.write(one.flip(), second);
            file.write(other.flip(), first);
        }
    }
}
