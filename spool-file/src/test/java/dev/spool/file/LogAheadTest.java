package dev.spool.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.engine.io.DiskFile;
import dev.spool.engine.spi.BackendFactory.ReadOnlyContext;
import dev.spool.testkit.disk.ManualClock;
import dev.spool.testkit.disk.SimulatedDisk;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A log that was read ahead while its owner was at work is, once it is sealed, loaded as one that was not. */
class LogAheadTest {

    private static final int LOGS = Integer.getInteger("spool.ahead.logs", 24);
    private static final int IDS = 150;
    private static final long SEED = Long.getLong("spool.seed", 1);

    @ParameterizedTest(name = "descriptors kept: {0} bytes")
    @ValueSource(longs = {0, 20_000, Long.MAX_VALUE})
    void whatWasReadAheadChangesNothingButTheTime(long keptBytesMax) throws Exception {
        int used = 0;
        int partly = 0;
        int continued = 0;
        for (long seed = SEED; seed < SEED + LOGS; seed++) {
            Worked worked = Worked.by(seed, keptBytesMax);
            worked.log.seal();
            String expected = worked.load(null);
            PreparedIndex ahead = worked.ahead.take();
            assertThat(ahead).as("seed %d", seed).isNotNull();
            partly += ahead.index().size() > 0 ? 1 : 0;
            String found = worked.load(ahead);
            used += found.equals("useless") ? 0 : 1;
            continued += worked.continued(ahead) ? 1 : 0;
            assertThat(found).as("seed %d", seed).isIn(expected, "useless");
        }
        // Else this shows nothing.
        assertThat(continued).isGreaterThan(keptBytesMax > 0 ? LOGS / 2 : -1);
        assertThat(partly).isGreaterThan(LOGS * 9 / 10);
        assertThat(used).isGreaterThan(keptBytesMax == Long.MAX_VALUE ? LOGS * 9 / 10 : 0);
    }

    @Test
    void whatWasReadOfASegmentThatIsCutLaterIsNoneOfTheIndex() throws Exception {
        int used = 0;
        for (long seed = SEED; seed < SEED + LOGS; seed++) {
            Worked worked = Worked.by(seed, Long.MAX_VALUE);
            worked.ahead.refresh();
            worked.log.failedOperation();
            if (seed % 2 == 0) {
                worked.ahead.refresh(); // of the cut segment, what stands behind the cut is read as well
            }
            worked.log.operations(1 + (int) seed % 20);
            worked.log.seal();
            String expected = worked.load(null);
            String found = worked.load(worked.ahead.take());
            used += found.equals("useless") ? 0 : 1;
            assertThat(found).as("seed %d", seed).isIn(expected, "useless");
        }
        assertThat(used).isPositive();
    }

    @Test
    void messagesInSegmentsThatAreStillBeingFilledAreReadAheadToo() throws Exception {
        for (long seed = SEED; seed < SEED + LOGS; seed++) {
            Worked worked = Worked.by(seed, Long.MAX_VALUE);
            worked.ahead.refresh();
            PreparedIndex ahead = worked.ahead.take();
            assertThat(ahead).as("seed %d", seed).isNotNull();
            assertThat(ahead.index().size()).as("seed %d", seed).isEqualTo(worked.log.model.size());
        }
    }

    @Test
    void whatWasReadAheadIsOfNoUseForALogThatWasNotSealed() throws Exception {
        for (long seed = SEED; seed < SEED + 10; seed++) {
            Worked worked = Worked.by(seed, Long.MAX_VALUE);
            worked.log.operations(5);
            PreparedIndex ahead = worked.ahead.take();
            assertThat(ahead).as("seed %d", seed).isNotNull();
            assertThat(worked.load(ahead)).as("seed %d", seed).isEqualTo("useless");
        }
    }

    /** A flipped bit where a segment's identity stands shows; one in what was read before is as one after the open. */
    @Test
    void aSegmentThatHasRottedSinceIsReadAnewOrWasReadBefore() throws Exception {
        int told = 0;
        for (long seed = SEED; seed < SEED + LOGS; seed++) {
            Worked worked = Worked.by(seed, Long.MAX_VALUE);
            worked.log.seal();
            String intact = worked.load(null);
            boolean identity = worked.rot(new Random(seed));
            String rotten = worked.load(null);
            String found = worked.load(worked.ahead.take());
            if (identity) {
                assertThat(found).as("seed %d", seed).isIn(rotten, "useless");
                told += rotten.equals(intact) ? 0 : 1;
            } else {
                assertThat(found).as("seed %d", seed).isIn(rotten, intact, "useless");
            }
        }
        assertThat(told).isPositive();
    }

    /** A log on which its owner has worked for a while, and what somebody beside him has read of it. */
    private static final class Worked {

        private final SmallLog log;
        private final SimulatedDisk disk;
        private final LogAhead ahead;

        private Worked(SmallLog log, long keptBytesMax) {
            this.log = log;
            this.disk = log.disk();
            this.ahead = new LogAhead(context(), 0, keptBytesMax);
        }

        static Worked by(long seed, long keptBytesMax) throws Exception {
            Worked worked = new Worked(SmallLog.open(seed, IDS), keptBytesMax);
            Random random = new Random(~seed);
            worked.log.operations(200 + random.nextInt(200));
            int rounds = 2 + random.nextInt(12);
            for (int i = 0; i < rounds; i++) {
                switch (random.nextInt(5)) {
                    case 0 -> worked.ahead.refresh();
                    case 1 -> worked.log.compact();
                    case 2 -> worked.log.compactSome(random.nextInt(3));
                    default -> worked.log.operations(random.nextInt(80));
                }
            }
            worked.ahead.refresh();
            for (int i = random.nextInt(4); i > 0; i--) {
                worked.log.operations(random.nextInt(60));
                worked.log.compactSome(random.nextInt(3));
            }
            return worked;
        }

        private ReadOnlyContext context() {
            return new ReadOnlyContext(
                    SimulatedContext.DIRECTORY,
                    disk,
                    new ManualClock(),
                    SmallLog.OPTIONS,
                    new UUID(17, 4),
                    1,
                    () -> log.note.bytes.duplicate());
        }

        /** Everything that a loaded log tells, or "useless". */
        String load(PreparedIndex prepared) throws Exception {
            LogLoader loader =
                    new LogLoader(disk, SimulatedContext.DIRECTORY, 0, new UUID(17, 4), log.note.bytes.duplicate());
            LoadedLog loaded = prepared == null ? loader.load() : loader.load(prepared);
            if (loaded == null) {
                return "useless";
            }
            loaded.files().closeReaders();
            return told(loaded);
        }

        private static String told(LoadedLog loaded) throws SpoolException {
            List<String> told = new ArrayList<>();
            for (int stripe = 0; stripe < loaded.index().stripes(); stripe++) {
                long[] entries = loaded.index().snapshot(stripe);
                for (int i = 0; i < entries.length; i += 3) {
                    told.add(new SpoolId(entries[i], entries[i + 1]) + " at " + entries[i + 2]);
                }
            }
            for (Segment segment : loaded.files().all()) {
                told.add("segment " + segment.slot() + " " + segment.header() + " " + segment.state() + " "
                        + segment.end() + " " + segment.lastBatch() + " " + segment.liveBytes() + " "
                        + segment.footer());
            }
            told.sort(null);
            told.add("head " + loaded.head().revision() + " " + loaded.head().liveCount() + " "
                    + loaded.head().liveBytes() + " "
                    + java.util.Arrays.toString(loaded.head().digest()));
            told.add("next " + loaded.nextRevision() + " " + loaded.nextHotBatch() + " " + loaded.nextColdBatch());
            told.add("life " + loaded.files().lastLife() + ", pool "
                    + loaded.files().poolBytes());
            told.add(loaded.unclean() + " " + loaded.unproven().size() + " " + loaded.danglingCopies());
            told.add("lost "
                    + loaded.lost().places().stream().map(Object::toString).collect(Collectors.joining()));
            return String.join("\n", told);
        }

        /** Whether any segment of that index had been read when it was not sealed yet. */
        boolean continued(PreparedIndex index) throws SpoolException {
            Path directory = SegmentFiles.directory(SimulatedContext.DIRECTORY, 0);
            return SlotSurvey.of(disk, directory, null).newestFirst(Stream.HOT).stream()
                    .map(header -> index.of(header.life()))
                    .anyMatch(segment -> segment != null && segment.startBytes() > 0);
        }

        /** Flips a bit in a living segment; whether it stands in what tells which segment it is. */
        boolean rot(Random random) throws Exception {
            List<SegmentHeader> living = new ArrayList<>();
            Path directory = SegmentFiles.directory(SimulatedContext.DIRECTORY, 0);
            for (SlotSurvey.Slot slot : SlotSurvey.of(disk, directory, null).slots()) {
                if (slot.lives()) {
                    living.add(slot.header());
                }
            }
            SegmentHeader chosen = living.get(random.nextInt(living.size()));
            boolean identity = random.nextBoolean();
            boolean first = random.nextBoolean();
            int last = chosen.sizeBytes() - Blocks.BYTES;
            int offset = !identity
                    ? last / 2 + random.nextInt(last / 2)
                    : first ? random.nextInt(128) : last + random.nextInt(128);
            Path path = directory.resolve(String.format("%08d.seg", chosen.slot()));
            ByteBuffer block = ByteBuffer.allocateDirect(Blocks.BYTES);
            int at = offset / Blocks.BYTES * Blocks.BYTES;
            try (DiskFile file = disk.openForReading(path)) {
                file.read(block, at);
            }
            block.flip();
            block.put(offset - at, (byte) (block.get(offset - at) ^ 1 << random.nextInt(8)));
            try (DiskFile file = disk.openForWriting(path)) {
                file.write(block, at);
                file.sync();
            }
            return identity;
        }
    }
}
