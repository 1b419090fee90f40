package dev.spool.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.CheckReport;
import dev.spool.Finding;
import dev.spool.Health;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolCorruptException;
import dev.spool.SpoolEntry;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import dev.spool.SpoolReader;
import dev.spool.SpoolScan;
import dev.spool.engine.directory.SpoolDirectory;
import dev.spool.engine.io.SystemDisk;
import dev.spool.engine.spi.Watermarks;
import dev.spool.testkit.contract.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of the database that are damaged, cut short or gone: told, never passed over in silence, and never wrong bytes. */
@Timeout(120)
class RocksDamageTest {

    private static final SpoolOptions OPTIONS = SpoolOptions.builder()
            .segmentBytesMin(64 << 10)
            .segmentBytesMax(256 << 10)
            .build();

    /** As large as a block of RocksDB's becomes before it is compressed, and a little more. */
    private static final int BLOCK_BYTES = 4200;

    @TempDir
    Path temp;

    private final SpoolProvider provider = new RocksSpoolProvider();
    private final Map<SpoolId, Message> stored = new LinkedHashMap<>();
    private Path directory;

    @BeforeEach
    void store() throws SpoolException {
        directory = temp.resolve("spool");
        try (Spool spool = provider.open(directory, OPTIONS)) {
            for (int i = 0; i < 400; i++) {
                store(spool, i % 2 == 0 ? 2000 : 100);
            }
            spool.blocking().compact(); // so that all is in one file of the tree, however far RocksDB got by itself
        }
    }

    private void store(Spool spool, int bytes) throws SpoolException {
        SpoolId id = SpoolId.next();
        Message message = Samples.message(id.low(), bytes, 20);
        spool.blocking().store(id, message);
        stored.put(id, message);
    }

    @ParameterizedTest
    @ValueSource(strings = {".sst", ".blob"})
    void aFlippedBitIsReportedAndRepaired(String suffix) throws Exception {
        flipBits(largest(suffix));
        long intact = assertNothingIsWrong();
        assertThat(intact).isLessThan(stored.size());
        assertRepairs(intact);
    }

    @ParameterizedTest
    @ValueSource(strings = {".sst", ".blob"})
    void aCompactionThatMeetsDamageFailsAndLosesNothing(String suffix) throws Exception {
        flipBits(largest(suffix));
        long intact = assertNothingIsWrong();
        for (int i = 0; i < 2; i++) {
            try (Spool spool = provider.open(directory, OPTIONS)) {
                for (int again = 0; again < 3; again++) {
                    assertThatThrownBy(() -> spool.blocking().compact()).isInstanceOf(SpoolCorruptException.class);
                }
                assertThat(spool.health().state()).isEqualTo(Health.State.DEGRADED);
                assertThat(spool.unhealthyReason()).isNull();
                store(spool, 2000);
                store(spool, 100);
                intact += 2;
            }
            assertThat(assertNothingIsWrong()).isEqualTo(intact);
        }
        assertRepairs(intact);
    }

    @Test
    void whatCanBeReadBetweenTwoDamagedPlacesIsFound() throws Exception {
        Path file = largest(".sst");
        byte[] bytes = Files.readAllBytes(file);
        List<Integer> records = stored.keySet().stream()
                .flatMap(id -> find(bytes, Keys.message(id)).stream().boxed())
                .sorted() // of those that stand there whole, and not only as what differs from the one before
                .toList();
        int first = behind(records.get(0) + BLOCK_BYTES, records); // an open reads the first block
        int second = behind(first + 2 * BLOCK_BYTES, records);
        bytes[first + 3] ^= 0x10;
        bytes[second + 3] ^= 0x10;
        Files.write(file, bytes);
        long intact = assertNothingIsWrong();
        long seen = 0;
        long holes = 0;
        try (Spool spool = provider.open(directory, OPTIONS);
                SpoolScan scan = spool.enumerate()) {
            while (scan.hasNext()) {
                if (scan.next() instanceof SpoolEntry.Item) {
                    seen++;
                } else {
                    holes++;
                }
            }
        }
        assertThat(holes).isEqualTo(2);
        assertThat(seen).isGreaterThanOrEqualTo(intact);
    }

    @Test
    void repairSavesWhatADamagedBlockHidesFromReaders() throws Exception {
        SpoolId first = stored.keySet().iterator().next();
        Path file = largest(".sst");
        byte[] bytes = Files.readAllBytes(file);
        Set<SpoolId> later = storeLater();
        bytes[indexOf(bytes, Keys.message(first)) + 3] ^=
                0x10; // the block behind the bodies of all that is not in this file
        Files.write(file, bytes);
        long intact = assertNothingIsWrong();
        assertRepairs(intact);
        try (Spool spool = provider.open(directory, OPTIONS)) {
            for (SpoolId id : later) {
                assertThat(spool.blocking().load(id).orElseThrow().bodyToArray())
                        .isEqualTo(stored.get(id).bodyToArray());
            }
        }
    }

    /** Stores some more, to a file of the tree of their own. */
    private Set<SpoolId> storeLater() throws SpoolException {
        Set<SpoolId> before = Set.copyOf(stored.keySet());
        try (Spool spool = provider.open(directory, OPTIONS)) {
            for (int i = 0; i < 20; i++) {
                store(spool, i % 2 == 0 ? 2000 : 100);
            }
        }
        Set<SpoolId> later = new HashSet<>(stored.keySet());
        later.removeAll(before);
        return later;
    }

    private static int behind(int offset, List<Integer> records) {
        return records.stream()
                .filter(at -> at > offset)
                .findFirst()
                .orElseThrow(() -> new AssertionError("behind " + offset + " none of " + records));
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        return find(bytes, part).orElseThrow(() -> new AssertionError("not found"));
    }

    private static OptionalInt find(byte[] bytes, byte[] part) {
        return IntStream.rangeClosed(0, bytes.length - part.length)
                .filter(at -> Arrays.equals(bytes, at, at + part.length, part, 0, part.length))
                .findFirst();
    }

    @Test
    void aMissingBlobFileIsReportedAndRepaired() throws Exception {
        Path file = largest(".blob");
        Files.delete(file);
        List<Finding> findings = new ArrayList<>();
        CheckReport report = provider.check(directory, OPTIONS, findings::add);
        assertThat(report.damaged()).isPositive();
        assertThat(findings)
                .anyMatch(finding -> finding.path().endsWith(file.getFileName().toString()));
        List<Finding> repaired = new ArrayList<>();
        CheckReport after = provider.repair(directory, OPTIONS, repaired::add);
        assertThat(after.repaired()).as("%s", repaired).isTrue();
        assertNothingIsWrong();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gone", "short"})
    void aTreeFileThatIsGoneOrCutShortKeepsTheSpoolFromOpening(String how) throws Exception {
        Path file = largest(".sst");
        if (how.equals("gone")) {
            Files.delete(file);
        } else {
            Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), (int) Files.size(file) / 2));
        }
        assertRefused(file.getFileName().toString());
        CheckReport report = provider.check(directory, OPTIONS, finding -> {});
        assertThat(report.damaged()).isPositive();
        assertThat(report.complete()).isFalse();
    }

    @Test
    void aDatabaseOfWhichOnlyItsLogIsLeftIsNeverTakenForANewOne() throws Exception {
        Path copy = temp.resolve("copy");
        directory = temp.resolve("other");
        try (Spool spool = provider.open(directory, OPTIONS)) {
            store(spool, 100); // stands in the write-ahead log alone
            copyTo(copy);
        }
        directory = copy;
        Files.delete(directory.resolve("spool.epoch")); // and with it how far it was durable
        Files.delete(directory.resolve("rocks-000/CURRENT"));
        assertThatThrownBy(() -> provider.open(directory, OPTIONS).close()).isInstanceOf(SpoolException.class);
        assertThat(files()).anyMatch(file -> file.toString().endsWith(".log"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"CURRENT", "MANIFEST"})
    void aDatabaseThatLostItsNamesIsNeverTakenForANewOne(String prefix) throws Exception {
        Files.delete(files().filter(file -> file.getFileName().toString().startsWith(prefix))
                .findFirst()
                .orElseThrow());
        assertRefused(prefix);
        assertThat(provider.check(directory, OPTIONS, finding -> {}).complete()).isFalse();
    }

    @Test
    void aWriteAheadLogThatWasCutShortIsMissed() throws Exception {
        Path copy = temp.resolve("copy");
        try (Spool spool = provider.open(directory, OPTIONS)) {
            long noted = noted();
            for (int i = 0; i < 20; i++) {
                store(spool, 100);
            }
            while (noted() < noted + 20) {
                Thread.sleep(10);
            }
            copyTo(copy);
        }
        directory = copy;
        for (Path log : files().filter(file -> file.toString().endsWith(".log")).toList()) {
            Files.write(log, java.util.Arrays.copyOf(Files.readAllBytes(log), (int) Files.size(log) / 3));
        }
        Map<String, byte[]> logs = new LinkedHashMap<>();
        for (Path log : files().filter(file -> file.toString().endsWith(".log")).toList()) {
            logs.put(log.getFileName().toString(), Files.readAllBytes(log));
        }
        assertThat(provider.check(directory, OPTIONS, finding -> {}).damaged()).isPositive();
        try (SpoolReader reader = provider.openReadOnly(directory, OPTIONS);
                SpoolScan scan = reader.enumerate()) {
            scan.forEachRemaining(entry -> {});
            assertThat(scan.report().complete()).isFalse();
        }
        for (int i = 0; i < 2; i++) {
            try (Spool spool = provider.open(directory, OPTIONS)) {
                assertThat(spool.health().state()).isEqualTo(Health.State.DEGRADED);
                assertThat(spool.health().corruptMessages()).isPositive();
                try (SpoolScan scan = spool.enumerate()) {
                    scan.forEachRemaining(entry -> {});
                    assertThat(scan.report().complete()).isFalse();
                }
                spool.blocking().store(SpoolId.next(), Samples.message(1, 10));
            }
        }
        assertKept(logs);
    }

    private long noted() throws SpoolException {
        return Watermarks.of(
                SpoolDirectory.inspect(SystemDisk.INSTANCE, directory).note(), 0);
    }

    /** One of the same number, at that: another is passed over by RocksDB itself. */
    @Test
    void aWriteAheadLogOfAnotherSpoolIsNeverReplayed() throws Exception {
        stored.clear();
        Path ours = crashed("ours", 30);
        Set<SpoolId> mine = Set.copyOf(stored.keySet());
        stored.clear();
        directory = crashed("theirs", 20);
        Path theirLog = logWith(stored.keySet().iterator().next());
        directory = ours;
        Path log = logWith(mine.iterator().next());
        assertThat(log.getFileName()).isEqualTo(theirLog.getFileName());
        byte[] foreign = Files.readAllBytes(theirLog);
        Files.write(log, foreign);
        assertThat(provider.check(directory, OPTIONS, finding -> {}).damaged()).isPositive();
        assertRefused(log.getFileName().toString());
        assertThat(log).hasBinaryContent(foreign);
        assertThat(provider.repair(directory, OPTIONS, finding -> {}).repaired())
                .isTrue();
        try (Spool spool = provider.open(directory, OPTIONS)) {
            assertHoldsNoneOf(stored.keySet(), spool);
            assertThat(spool.stats().entries()).isEqualTo(1);
        }
    }

    /** A spool of one message, and what was stored later as a crash leaves it. */
    private Path crashed(String name, int messages) throws Exception {
        directory = temp.resolve(name);
        Path copy = temp.resolve(name + "-crashed");
        try (Spool spool = provider.open(directory, OPTIONS)) {
            store(spool, 100);
        }
        stored.clear();
        try (Spool spool = provider.open(directory, OPTIONS)) {
            for (int i = 0; i < messages; i++) {
                store(spool, 100);
            }
            copyTo(copy);
        }
        return copy;
    }

    private static void assertHoldsNoneOf(Set<SpoolId> foreign, SpoolReader reader) throws SpoolException {
        try (SpoolScan scan = reader.enumerate()) {
            while (scan.hasNext()) {
                if (scan.next() instanceof SpoolEntry.Item item) {
                    assertThat(foreign).doesNotContain(item.id());
                }
            }
            assertThat(scan.report().complete()).isTrue();
        }
    }

    /** RocksDB has deleted them by now. */
    private void assertKept(Map<String, byte[]> logs) throws IOException {
        List<Path> kept;
        try (Stream<Path> all = Files.list(directory.resolve("quarantine"))) {
            kept = all.toList();
        }
        assertThat(kept).hasSameSizeAs(logs.keySet());
        for (Map.Entry<String, byte[]> log : logs.entrySet()) {
            assertThat(kept)
                    .filteredOn(file -> file.toString().endsWith("-" + log.getKey()))
                    .singleElement()
                    .satisfies(file -> assertThat(file).hasBinaryContent(log.getValue()));
        }
    }

    private static void flipBits(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        for (int i : new int[] {1, 3, 5, 10, 12}) { // bodies and records; not the state of the log between them
            bytes[bytes.length / 16 * i] ^= 0x10;
        }
        Files.write(file, bytes);
    }

    private void assertRefused(String name) {
        assertThatThrownBy(() -> provider.open(directory, OPTIONS).close())
                .isInstanceOf(SpoolCorruptException.class)
                .hasMessageContaining(name);
        assertThatThrownBy(() -> provider.openReadOnly(directory, OPTIONS).close())
                .isInstanceOf(SpoolException.class)
                .hasMessageContaining(name);
    }

    /** Loads and scans; returns how many messages are intact. */
    private long assertNothingIsWrong() throws SpoolException {
        long intact = 0;
        try (Spool spool = provider.open(directory, OPTIONS)) {
            for (Map.Entry<SpoolId, Message> entry : stored.entrySet()) {
                try {
                    Message loaded = spool.blocking().load(entry.getKey()).orElse(null);
                    if (loaded != null) {
                        assertThat(loaded.bodyToArray())
                                .isEqualTo(entry.getValue().bodyToArray());
                        intact++;
                    }
                } catch (SpoolCorruptException corrupt) {
                    assertThat(corrupt.id()).contains(entry.getKey());
                }
            }
            long items = 0;
            long corrupt = 0;
            try (SpoolScan scan = spool.enumerate()) {
                while (scan.hasNext()) {
                    if (scan.next() instanceof SpoolEntry.Item) {
                        items++;
                    } else {
                        corrupt++;
                    }
                }
                boolean told = corrupt > 0 || items == spool.stats().entries();
                assertThat(told).isTrue();
                assertThat(items == spool.stats().entries() || !scan.report().complete() || corrupt > 0)
                        .isTrue();
            }
        }
        return intact;
    }

    private void assertRepairs(long intact) throws SpoolException {
        assertThat(provider.check(directory, OPTIONS, finding -> {}).damaged()).isPositive();
        List<Finding> findings = new ArrayList<>();
        CheckReport repaired = provider.repair(directory, OPTIONS, findings::add);
        assertThat(repaired.repaired()).as("%s", findings).isTrue();
        CheckReport after = provider.check(directory, OPTIONS, finding -> {});
        assertThat(after.damaged()).isZero();
        assertThat(after.quarantined()).isEqualTo(1);
        assertThat(assertNothingIsWrong()).isEqualTo(after.entries()).isLessThanOrEqualTo(intact);
        assertThat(after.entries()).isPositive();
    }

    private Stream<Path> files() throws IOException {
        return Files.list(directory.resolve("rocks-000"));
    }

    private Path logWith(SpoolId id) throws IOException {
        for (Path log : files().filter(file -> file.toString().endsWith(".log")).toList()) {
            if (find(Files.readAllBytes(log), Keys.message(id)).isPresent()) {
                return log;
            }
        }
        throw new AssertionError("no log holds " + id);
    }

    private Path largest(String suffix) throws IOException {
        return files().filter(file -> file.toString().endsWith(suffix))
                .max(java.util.Comparator.comparingLong(file -> file.toFile().length()))
                .orElseThrow();
    }

    /** Copies the files of an open spool as a crash would leave them; not the locks, which reading would give up. */
    private void copyTo(Path target) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path file : all.toList()) {
                Path to = target.resolve(directory.relativize(file));
                String name = file.getFileName().toString();
                if (Files.isDirectory(file)) {
                    Files.createDirectories(to);
                } else if (!name.equals("LOCK") && !name.equals("spool.lock")) {
                    Files.write(to, Files.readAllBytes(file), StandardOpenOption.CREATE);
                }
            }
        }
    }
}
