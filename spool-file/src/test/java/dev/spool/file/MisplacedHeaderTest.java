package dev.spool.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.EnumerateOptions;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolCorruptException;
import dev.spool.SpoolEntry;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.SpoolScan;
import dev.spool.engine.io.DiskFile;
import dev.spool.testkit.contract.Samples;
import dev.spool.testkit.disk.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The header of a batch, with the records behind it, stands where another block of the segment should: the block was written to a
 * wrong place, or changed places. What stands there is a copy that nothing names, so it must neither count nor hide a loss.
 */
class MisplacedHeaderTest {

    private static final int SEGMENT = 128 << 10;

    private static final SpoolOptions OPTIONS = SpoolOptions.builder()
            .segmentBytesMin(SEGMENT)
            .segmentBytesMax(SEGMENT)
            .build();

    private final Map<SpoolId, Message> stored = new LinkedHashMap<>();
    private SteppedMachine written = new SteppedMachine(new SimulatedDisk(1), OPTIONS);
    private Path segment = Path.of("");
    private int end;

    /** Batches of one message and of two, one of which is removed later, of the same lengths, and proofs between them. */
    @BeforeEach
    void write() throws Exception {
        Spool spool = written.open();
        for (int round = 0; round < 2; round++) {
            SpoolId kept = SpoolId.next();
            SpoolId removed = SpoolId.next();
            stored.put(kept, Samples.message(kept.low(), 300, 20));
            CompletableFuture<Void> first = spool.store(kept, stored.get(kept));
            written.finish(spool.store(removed, Samples.message(removed.low(), 300, 20)));
            assertThat(first).as("both in one batch").isCompleted();
            written.store(stored, 300);
            written.finish(spool.remove(removed));
            written.store(stored, 5000);
            idle();
        }
        written.disk().kill();
        SimulatedDisk disk = written.disk().newProcess();
        SlotSurvey survey = SlotSurvey.of(disk, SegmentFiles.directory(SteppedMachine.DIRECTORY, 0), null);
        SegmentHeader newest = survey.newestFirst(Stream.HOT).get(0);
        segment = Objects.requireNonNull(survey.at(newest.slot())).path();
        for (int block = 1; block < SEGMENT / Blocks.BYTES; block++) {
            BatchHeader header = BatchHeader.decode(read(disk, segment, block), 0);
            end = header == null ? end : (header.position() + header.totalBytes()) / Blocks.BYTES;
        }
        assertThat(end).as("blocks in use").isBetween(12, 24);
    }

    @Test
    void overAnyOtherBlockBringsNoRemovedMessageBack() throws Exception {
        for (int from = 1; from < end; from++) {
            for (int to = 1; to < end; to++) {
                SteppedMachine machine = new SteppedMachine(written.disk().fork(1), OPTIONS);
                ByteBuffer block = read(machine.disk(), segment, from);
                write(machine.disk(), to, block);
                requireHeldOrTold(machine.open(), "block " + from + " over block " + to);
            }
        }
    }

    @Test
    void inThePlaceOfAnyOtherBlockBringsNoRemovedMessageBack() throws Exception {
        for (int one = 1; one < end; one++) {
            for (int other = one + 1; other < end; other++) {
                SteppedMachine machine = new SteppedMachine(written.disk().fork(1), OPTIONS);
                swap(machine.disk(), one, other);
                requireHeldOrTold(machine.open(), "blocks " + one + " and " + other + " swapped");
            }
        }
    }

    @Test
    void ofAnEarlierLifeBringsNothingOfItBack() throws Exception {
        SteppedMachine earlier = new SteppedMachine(new SimulatedDisk(2), OPTIONS);
        earlier.open();
        for (int i = 0; i < 13; i++) {
            earlier.store(new LinkedHashMap<>(), 300);
        }
        earlier.disk().kill();
        SimulatedDisk before = earlier.disk().newProcess();
        SlotSurvey survey = SlotSurvey.of(before, SegmentFiles.directory(SteppedMachine.DIRECTORY, 0), null);
        Path source = Objects.requireNonNull(
                        survey.at(survey.newestFirst(Stream.HOT).get(0).slot()))
                .path();
        int headers = 0;
        for (int old = end; old < SEGMENT / Blocks.BYTES; old++) {
            ByteBuffer left = read(before, source, old);
            headers += BatchHeader.decode(left, 0) == null ? 0 : 1;
            for (int here = 1; here < end; here++) {
                SteppedMachine machine = new SteppedMachine(written.disk().fork(1), OPTIONS);
                write(machine.disk(), old, left.duplicate());
                swap(machine.disk(), here, old);
                requireHeldOrTold(machine.open(), "block " + here + " and what an earlier life left in " + old);
            }
        }
        assertThat(headers).as("headers of the earlier life").isPositive();
    }

    /** Its directory, in place, and its number, elsewhere, tell all there is to know of a batch whose header is not in place. */
    @Test
    void isReadForTheBatchThatItIsOf() throws Exception {
        SteppedMachine machine = new SteppedMachine(written.disk().fork(1), OPTIONS);
        List<Integer> headers = headers(machine.disk());
        int first = headers.get(1);
        int second = headers.get(2);
        swap(machine.disk(), first, second);

        Spool spool = machine.open();

        try (SpoolScan scan = spool.enumerate(EnumerateOptions.ALL)) {
            scan.forEachRemaining(entry -> {
                SpoolId id = entry instanceof SpoolEntry.Item item ? item.id() : ((SpoolEntry.Corrupt) entry).id();
                assertThat(stored).containsKey(Objects.requireNonNull(id));
            });
            assertThat(scan.report().complete())
                    .as("nothing but what was named is damaged")
                    .isTrue();
        }
    }

    /** Blocks in which a batch with records begins. */
    private List<Integer> headers(SimulatedDisk disk) throws IOException {
        List<Integer> found = new ArrayList<>();
        for (int block = 1; block < end; block++) {
            BatchHeader header = BatchHeader.decode(read(disk, segment, block), 0);
            if (header != null && header.records() > 0) {
                found.add(block);
            }
        }
        return found;
    }

    private void idle() {
        for (int i = 0; i < 100; i++) {
            written.turn();
        }
    }

    /** What is there is what was stored; what was removed is not; and what is missing is told. */
    private void requireHeldOrTold(Spool spool, String what) throws SpoolException {
        boolean told;
        try (SpoolScan scan = spool.enumerate(EnumerateOptions.ALL)) {
            scan.forEachRemaining(entry -> {
                if (entry instanceof SpoolEntry.Item item) {
                    assertThat(stored).as(what).containsKey(item.id());
                }
            });
            told = scan.report().corrupt() > 0 || !scan.report().complete();
        }
        for (Map.Entry<SpoolId, Message> entry : stored.entrySet()) {
            try {
                Optional<Message> found = spool.load(entry.getKey()).join();
                if (found.isPresent() || !told) {
                    assertThat(SickDisk.contents(found.orElse(null)))
                            .as(what)
                            .isEqualTo(SickDisk.contents(entry.getValue()));
                }
            } catch (CompletionException corrupt) {
                assertThat(corrupt).as(what).hasCauseInstanceOf(SpoolCorruptException.class);
            }
        }
    }

    private static ByteBuffer read(SimulatedDisk disk, Path path, int block) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Blocks.BYTES);
        try (DiskFile file = disk.openForWriting(path)) {
            file.read(bytes, block * (long) Blocks.BYTES);
        }
        return bytes.clear();
    }

    private void write(SimulatedDisk disk, int block, ByteBuffer bytes) throws IOException {
        try (DiskFile file = disk.openForWriting(segment)) {
            file.write(bytes, block * (long) Blocks.BYTES);
        }
    }

    private void swap(SimulatedDisk disk, int one, int other) throws IOException {
        ByteBuffer first = read(disk, segment, one);
        ByteBuffer second = read(disk, segment, other);
        write(disk, one, second);
        write(disk, other, first);
    }
}
