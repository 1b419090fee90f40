package dev.spool.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.engine.io.DiskFile;
import dev.spool.testkit.disk.SimulatedDisk;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is read of a segment while its owner fills it is the beginning of what the footer lists. */
class ActiveDirectoryTest {

    private static final long SEED = Long.getLong("spool.seed", 1);
    private static final int IDS = 20;

    private SegmentHeader header;
    private Segment segment;

    @Test
    void readsWhatTheFooterListsInTheEnd() throws Exception {
        for (long seed = SEED; seed < SEED + 20; seed++) {
            Random random = new Random(seed);
            SmallLog log = SmallLog.open(seed, IDS);
            log.operations(1);
            findActive(log.disk());
            ActiveDirectory directory = new ActiveDirectory(header, Long.MAX_VALUE);
            ByteBuffer earlier = directory.read(segment);
            while (!sealed()) {
                log.operations(random.nextInt(8));
                ByteBuffer later = directory.read(segment);
                assertThat(later.slice(0, earlier.remaining()))
                        .as("seed %d", seed)
                        .isEqualTo(earlier);
                earlier = later;
            }
            assertThat(earlier)
                    .as("seed %d", seed)
                    .isEqualTo(footer())
                    .satisfies(all -> assertThat(all.remaining()).isPositive());
        }
    }

    @Test
    void endsBeforeABatchThatIsNotWhole() throws Exception {
        SmallLog log = SmallLog.open(SEED, IDS);
        log.operations(10);
        findActive(log.disk());
        int before = new ActiveDirectory(header, Long.MAX_VALUE).read(segment).remaining();
        BatchHeader last = lastBatch();
        for (int damaged : new int[] {0, last.directoryOffset()}) {
            flip(log.disk(), last.position() + damaged);
            assertThat(new ActiveDirectory(header, Long.MAX_VALUE).read(segment).remaining())
                    .isEqualTo(before - last.directoryBytes());
            flip(log.disk(), last.position() + damaged);
        }
        assertThat(new ActiveDirectory(header, Long.MAX_VALUE).read(segment).remaining())
                .isEqualTo(before);
    }

    @Test
    void takesNoMoreMemoryThanItMay() throws Exception {
        SmallLog log = SmallLog.open(SEED, IDS);
        log.operations(10);
        findActive(log.disk());
        ByteBuffer all = new ActiveDirectory(header, Long.MAX_VALUE).read(segment);
        ByteBuffer some = new ActiveDirectory(header, all.remaining() - 1).read(segment);
        assertThat(some.capacity()).isLessThan(all.remaining());
        assertThat(some.remaining()).isPositive().isLessThan(all.remaining());
        assertThat(all.slice(0, some.remaining())).isEqualTo(some);
        assertThat(new ActiveDirectory(header, 0).read(segment).remaining()).isZero();
    }

    private void findActive(SimulatedDisk disk) throws Exception {
        Path directory = SegmentFiles.directory(SimulatedContext.DIRECTORY, 0);
        SlotSurvey survey = SlotSurvey.of(disk, directory, null);
        header = survey.newestFirst(Stream.HOT).get(0);
        segment = new Segment(disk, survey.at(header.slot()).path(), header.slot(), header.sizeBytes());
    }

    private boolean sealed() throws Exception {
        return SegmentContents.fromFooter(segment, header) != null;
    }

    private ByteBuffer footer() throws Exception {
        return SegmentContents.fromFooter(segment, header).descriptors();
    }

    private BatchHeader lastBatch() throws Exception {
        SegmentScanner.Result scan = SegmentScanner.scan(segment, header, header.sizeBytes(), 0);
        SegmentScanner.FoundBatch last = null;
        for (SegmentScanner.FoundBatch batch : scan.batches()) {
            last = batch.descriptors().hasRemaining() ? batch : last;
        }
        ByteBuffer block = ByteBuffer.allocate(Blocks.BYTES);
        segment.readStructure(block, last.position());
        return BatchHeader.decode(block.flip(), 0);
    }

    private void flip(SimulatedDisk disk, int offset) throws Exception {
        ByteBuffer block = ByteBuffer.allocateDirect(Blocks.BYTES);
        int at = offset / Blocks.BYTES * Blocks.BYTES;
        segment.readStructure(block, at);
        block.flip();
        block.put(offset - at, (byte) ~block.get(offset - at));
        try (DiskFile file = disk.openForWriting(segment.path())) {
            file.write(block, at);
            file.sync();
        }
    }
}
