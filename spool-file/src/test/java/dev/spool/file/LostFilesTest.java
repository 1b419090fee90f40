package dev.spool.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Health;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolCorruptException;
import dev.spool.SpoolEntry;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import dev.spool.SpoolReader;
import dev.spool.SpoolScan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are missing, cut short, or another spool's: the check, readers and the owner tell of each, and serve nothing of it. */
class LostFilesTest {

    private static final SpoolOptions OPTIONS = SpoolOptions.builder()
            .segmentBytesMin(64 << 10)
            .segmentBytesMax(64 << 10)
            .build();
    private static final int MESSAGES = 40;
    private static final int BODY_BYTES = 3000;

    @TempDir
    Path temp;

    private final SpoolProvider provider = new FileSpoolProvider();
    private Path directory;

    @BeforeEach
    void name() {
        directory = temp.resolve("spool");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void tellsThatTheNewestSegmentIsMissing(boolean closed) throws Exception {
        fill(directory, closed);
        Files.delete(newestSegment(directory));
        requireTold();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void tellsThatTheNewestSegmentIsCutShort(boolean closed) throws Exception {
        fill(directory, closed);
        Path newest = newestSegment(directory);
        byte[] content = Files.readAllBytes(newest);
        Files.write(newest, java.util.Arrays.copyOf(content, 2 * Blocks.BYTES));
        requireTold();
    }

    /** The first of a spool is always such a one. */
    @Test
    void tellsThatASegmentThatWasNotFilledBeforeItsUseIsCutShort() throws Exception {
        Path used = temp.resolve("used");
        try (Spool spool = provider.open(used, SpoolOptions.DEFAULTS)) {
            for (int i = 0; i < MESSAGES; i++) {
                spool.blocking().store(SpoolId.next(), Message.of(ByteBuffer.wrap(new byte[BODY_BYTES])));
            }
            spool.blocking().cleanup(); // so that no file comes or goes while they are copied
            copy(used, directory);
        }
        Path first = newestSegment(directory);
        Files.write(first, java.util.Arrays.copyOf(Files.readAllBytes(first), 2 * Blocks.BYTES));
        requireTold();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void servesNothingOfASegmentOfAnotherSpool(boolean ofThatSlot) throws Exception {
        fill(directory, true);
        Path newest = newestSegment(directory);
        Path other = temp.resolve("other");
        Path same = other.resolve(directory.relativize(newest).toString());
        do {
            fill(other, true); // how many slots are filled ahead, and so which there are, is up to the filler
        } while (Files.notExists(same));
        Path foreign;
        try (Stream<Path> all = Files.list(same.getParent())) {
            foreign = ofThatSlot
                    ? same
                    : all.filter(each -> !each.equals(same)).findFirst().orElseThrow();
        }
        Files.copy(foreign, newest, StandardCopyOption.REPLACE_EXISTING);
        requireTold();
    }

    @Test
    void tellsThatAnIdentityIsAnotherSpoolsAndServesItsOwn() throws Exception {
        fill(directory, true);
        Path other = temp.resolve("other");
        fill(other, true);
        Files.copy(
                other.resolve("spool.identity"),
                directory.resolve("spool.identity"),
                StandardCopyOption.REPLACE_EXISTING);

        assertThat(provider.check(directory, OPTIONS, finding -> {}).damaged()).isPositive();
        try (SpoolReader reader = provider.openReadOnly(directory, OPTIONS)) {
            assertThat(scan(reader)).isEqualTo(MESSAGES);
        }
        try (Spool spool = provider.open(directory, OPTIONS)) {
            assertThat(scan(spool)).isEqualTo(MESSAGES);
            assertThat(spool.health().cause()).isEqualTo(Health.Cause.CORRUPTION);
        }
        assertThat(provider.check(directory, OPTIONS, finding -> {}).damaged()).isZero();
    }

    /** It writes them anew, and what was there may tell somebody more. */
    @ParameterizedTest
    @ValueSource(strings = {"spool.identity", "spool.epoch", "spool.owner"})
    void aRepairKeepsWhatWasDamagedOfTheEngine(String name) throws Exception {
        fill(directory, true);
        byte[] damaged = Files.readAllBytes(directory.resolve(name));
        java.util.Arrays.fill(damaged, (byte) 7);
        for (int times = 1; times <= 2; times++) {
            Files.write(directory.resolve(name), damaged);
            assertThat(provider.repair(directory, OPTIONS, finding -> {}).quarantined())
                    .isEqualTo(3L * times);
        }
        List<Path> kept;
        try (Stream<Path> files = Files.list(directory.resolve("quarantine"))) {
            kept = files.filter(file -> file.toString().contains(name)).toList();
        }
        assertThat(kept).hasSize(2).allSatisfy(file -> assertThat(file).hasBinaryContent(damaged));
        List<String> mentioned = new ArrayList<>();
        assertThat(provider.check(directory, OPTIONS, finding -> mentioned.add(finding.kind()))
                        .damaged())
                .isZero();
        assertThat(mentioned).contains("quarantine");
    }

    /** Stores messages; if it is not to be closed, what it leaves is as after a kill. */
    private void fill(Path where, boolean closed) throws IOException {
        Path used = closed ? where : temp.resolve("used");
        try (Spool spool = provider.open(used, OPTIONS)) {
            for (int i = 0; i < MESSAGES; i++) {
                if (!closed && i == MESSAGES - 1) {
                    spool.blocking().compact(); // so that no file comes or goes while they are copied
                }
                spool.blocking().store(SpoolId.next(), Message.of(ByteBuffer.wrap(new byte[BODY_BYTES])));
            }
            if (!closed) {
                copy(used, where);
            }
        }
    }

    private void requireTold() throws IOException {
        assertThat(provider.check(directory, OPTIONS, finding -> {}).damaged()).isPositive();
        try (SpoolReader reader = provider.openReadOnly(directory, OPTIONS)) {
            requireIncomplete(reader);
        }
        try (Spool spool = provider.open(directory, OPTIONS)) {
            requireIncomplete(spool);
            assertThat(spool.health().cause()).isEqualTo(Health.Cause.CORRUPTION);
        }
    }

    private static void requireIncomplete(SpoolReader reader) throws IOException {
        assertThat(scan(reader)).isBetween(1, MESSAGES - 1);
        try (SpoolScan scan = reader.enumerate()) {
            scan.forEachRemaining(entry -> {});
            assertThat(scan.report().complete()).isFalse();
        }
    }

    /** Messages found; each with the bytes of one that was stored. */
    private static int scan(SpoolReader reader) throws IOException {
        int items = 0;
        try (SpoolScan scan = reader.enumerate()) {
            while (scan.hasNext()) {
                if (scan.next() instanceof SpoolEntry.Item item) {
                    try {
                        assertThat(item.message().orElseThrow().bodyToArray()).isEqualTo(new byte[BODY_BYTES]);
                        items++;
                    } catch (SpoolCorruptException told) {
                        // its header is left, and its body is not
                    }
                }
            }
        }
        return items;
    }

    private static Path newestSegment(Path spool) throws IOException {
        SlotSurvey survey =
                SlotSurvey.of(dev.spool.engine.io.SystemDisk.INSTANCE, SegmentFiles.directory(spool, 0), null);
        SegmentHeader newest = survey.newestFirst(dev.spool.file.Stream.HOT).stream()
                .max(Comparator.comparingLong(SegmentHeader::life))
                .orElseThrow();
        return java.util.Objects.requireNonNull(survey.at(newest.slot())).path();
    }

    private static void copy(Path from, Path to) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(from)) {
            all = walk.toList();
        }
        for (Path each : all) {
            Files.copy(each, to.resolve(from.relativize(each).toString()));
        }
    }
}
