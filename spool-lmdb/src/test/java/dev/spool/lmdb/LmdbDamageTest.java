package dev.spool.lmdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.CheckReport;
import dev.spool.EnumerateOptions;
import dev.spool.Finding;
import dev.spool.Message;
import dev.spool.ScanReport;
import dev.spool.Spool;
import dev.spool.SpoolCorruptException;
import dev.spool.SpoolEntry;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolIoException;
import dev.spool.SpoolOptions;
import dev.spool.SpoolReader;
import dev.spool.SpoolScan;
import dev.spool.SpoolVersionException;
import dev.spool.engine.io.SystemDisk;
import dev.spool.testkit.contract.Rounds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is damaged is told and never returned, whatever LMDB itself thinks of it. */
class LmdbDamageTest {

    private static final int MESSAGES = 60;
    private static final int BODY_BYTES = 3000;
    private static final int FLIPS = Math.max(80, Rounds.of(200));

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path temp;

    private final LmdbSpoolProvider provider = new LmdbSpoolProvider();

    @Test
    void aFlippedBitInABodyIsToldAndRepairedAndCostsThatMessageAlone() throws Exception {
        Map<SpoolId, Message> stored = store();
        SpoolId victim = stored.keySet().iterator().next();
        flip(bodyOf(stored, victim));
        List<Finding> findings = new ArrayList<>();
        CheckReport report = provider.check(directory(), SpoolOptions.DEFAULTS, findings::add);
        assertThat(report.damaged()).isEqualTo(1);
        assertThat(report.entries()).isEqualTo(MESSAGES - 1);
        assertThat(findings).singleElement().returns(victim, Finding::id);
        try (Spool spool = provider.open(directory(), SpoolOptions.DEFAULTS)) {
            assertThatThrownBy(() -> spool.blocking().load(victim)).isInstanceOf(SpoolCorruptException.class);
            assertThat(spool.blocking()
                            .load(stored.keySet().stream().skip(1).findFirst().orElseThrow()))
                    .isPresent();
        }
        CheckReport repaired = provider.repair(directory(), SpoolOptions.DEFAULTS, finding -> {});
        assertThat(repaired.repaired()).isTrue();
        assertThat(repaired.quarantined()).isEqualTo(1);
        assertThat(provider.check(directory(), SpoolOptions.DEFAULTS, finding -> {})
                        .damaged())
                .isZero();
        stored.remove(victim);
        try (Spool spool = provider.open(directory(), SpoolOptions.DEFAULTS)) {
            assertThat(spool.blocking().load(victim)).isEmpty();
            assertHolds(spool, stored);
            assertThat(spool.stats().entries()).isEqualTo(MESSAGES - 1);
            assertThat(spool.health().corruptMessages()).isZero();
        }
    }

    @Test
    void compactionOverDamageFailsAndLosesNothing() throws Exception {
        Map<SpoolId, Message> stored = store();
        SpoolId victim = stored.keySet().iterator().next();
        flip(bodyOf(stored, victim));
        try (Spool spool = provider.open(directory(), SpoolOptions.DEFAULTS)) {
            List<SpoolId> ids = List.copyOf(stored.keySet());
            for (SpoolId id : ids.subList(1, MESSAGES)) {
                if (ids.indexOf(id) % 3 != 0) {
                    spool.blocking().remove(id);
                    stored.remove(id);
                }
            }
            for (int i = 0; i < 100; i++) {
                SpoolId passing = SpoolId.next();
                spool.blocking().store(passing, message(passing, 20_000));
                spool.blocking().remove(passing);
            }
            SpoolId big = SpoolId.next();
            spool.blocking().store(big, message(big, 2 << 20));
            spool.blocking().remove(big);
            assertThatThrownBy(() -> spool.blocking().compact()).isInstanceOf(SpoolCorruptException.class);
            assertThatThrownBy(() -> spool.blocking().load(victim)).isInstanceOf(SpoolCorruptException.class);
            stored.remove(victim);
            assertHolds(spool, stored);
        }
    }

    @Test
    void whatTheCatalogueHasLostIsDamageAndNotAbsence() throws Exception {
        Map<SpoolId, Message> stored = store();
        SpoolId victim = stored.keySet().iterator().next();
        withFile(transaction -> transaction.delete(Tree.CATALOGUE, Keys.catalogue(victim)));
        assertTold(victim, MESSAGES - 1);
    }

    @Test
    void whatTheRecordsHaveLostIsDamage() throws Exception {
        Map<SpoolId, Message> stored = store();
        SpoolId victim = stored.keySet().iterator().next();
        withFile(transaction -> {
            CatalogueEntry entry = MessageReader.entry(
                    transaction,
                    victim,
                    java.util.Objects.requireNonNull(transaction.get(Tree.CATALOGUE, Keys.catalogue(victim))));
            return transaction.delete(Tree.RECORDS, entry.partKeys().get(0));
        });
        try (SpoolReader reader = provider.openReadOnly(directory(), SpoolOptions.DEFAULTS)) {
            assertThatThrownBy(() -> reader.load(victim).join()).hasCauseInstanceOf(SpoolCorruptException.class);
        }
        assertThat(provider.check(directory(), SpoolOptions.DEFAULTS, finding -> {})
                        .damaged())
                .isEqualTo(1);
    }

    @Test
    void aFileCutShortIsRefusedBeforeItIsMapped() throws Exception {
        store();
        Path file = file();
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(bytes, 3 * 4096));
        assertRefused();
    }

    @Test
    void aFileThatLacksItsLastPagesIsRefusedBeforeItIsMapped() throws Exception {
        store();
        byte[] bytes = Files.readAllBytes(file());
        Files.write(file(), java.util.Arrays.copyOf(bytes, bytes.length - 16 * 4096));
        assertRefusedToOpen();
    }

    @Test
    void aDamagedLengthOfAValueIsToldAndNotFollowed() throws Exception {
        Map<SpoolId, Message> stored = store();
        SpoolId victim = stored.keySet().iterator().next();
        byte[] intact = Files.readAllBytes(file());
        int node = nodeOf(intact, victim);
        for (int bit = 12; bit < 32; bit++) {
            byte[] damaged = intact.clone();
            damaged[node + bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file(), damaged);
            try (SpoolReader reader = provider.openReadOnly(directory(), SpoolOptions.DEFAULTS)) {
                assertThatThrownBy(() -> reader.load(victim).join())
                        .as("bit %d", bit)
                        .hasCauseInstanceOf(SpoolCorruptException.class);
            }
        }
    }

    @Test
    void aDamagedPageOfEnvelopesHidesNoOtherMessageFromAScan() throws Exception {
        Map<SpoolId, Message> stored = store();
        SpoolId victim = stored.keySet().iterator().next();
        byte[] damaged = Files.readAllBytes(file());
        damaged[nodeOf(damaged, victim) / 4096 * 4096 + 10] = 0; // it is no leaf any more
        Files.write(file(), damaged);
        try (SpoolReader reader = provider.openReadOnly(directory(), SpoolOptions.DEFAULTS)) {
            ScanReport report = scan(reader);
            assertThat(report.items() + report.corrupt()).isEqualTo(MESSAGES);
            assertThat(report.corrupt()).isBetween(1L, MESSAGES / 2L);
        }
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aScanEndsThoughALeafStandsInThePlaceOfAnother() throws Exception {
        store();
        byte[] intact = Files.readAllBytes(file());
        List<Integer> leaves = new ArrayList<>();
        for (int at = 2 * 4096; at < intact.length; at += 4096) {
            boolean leaf = intact[at + 10] == 2 && intact[at + 11] == 0 && intact[at + 12] > 16 + 2 * 3;
            if (leaf && leaves.size() < 12) {
                leaves.add(at);
            }
        }
        int told = 0;
        for (int from : leaves) {
            for (int to : leaves) {
                byte[] damaged = intact.clone();
                System.arraycopy(intact, from, damaged, to, 4096);
                Files.write(file(), damaged);
                try (SpoolReader reader = provider.openReadOnly(directory(), SpoolOptions.DEFAULTS)) {
                    told += scan(reader).complete() ? 0 : 1;
                } catch (SpoolCorruptException e) {
                    told++;
                }
            }
        }
        assertThat(told).isPositive();
    }

    @Test
    void aRemovedMessageOnADamagedPageKeepsNothingFromBeingWritten() throws Exception {
        Map<SpoolId, Message> stored = store();
        SpoolId victim = stored.keySet().iterator().next();
        byte[] damaged = Files.readAllBytes(file());
        damaged[nodeOf(damaged, victim) / 4096 * 4096 + 10] = 0; // it is no leaf any more
        Files.write(file(), damaged);
        SpoolId other = SpoolId.next();
        try (Spool spool = provider.open(directory(), SpoolOptions.DEFAULTS)) {
            assertThat(spool.blocking().remove(victim)).isTrue();
            spool.blocking().store(other, message(other, BODY_BYTES));
            assertThat(spool.unhealthyReason()).isNull();
        }
        try (Spool spool = provider.open(directory(), SpoolOptions.DEFAULTS)) {
            assertHolds(spool, Map.of(other, message(other, BODY_BYTES)));
            spool.blocking().remove(other);
        }
    }

    @Test
    void aMissingFileIsNotAnEmptySpool() throws Exception {
        store();
        Files.delete(file());
        assertRefused();
    }

    @Test
    void aFileOfAnotherLmdbIsRefused() throws Exception {
        store();
        byte[] bytes = Files.readAllBytes(file());
        bytes[20] = 2;
        Files.write(file(), bytes);
        assertThatThrownBy(
                        () -> provider.open(directory(), SpoolOptions.DEFAULTS).close())
                .isInstanceOf(SpoolVersionException.class)
                .hasMessageContaining(file().getFileName().toString());
    }

    @Test
    void whatOnlyTheRecordsHaveIsRestoredByARepair() throws Exception {
        Map<SpoolId, Message> stored = store();
        SpoolId victim = stored.keySet().iterator().next();
        withFile(transaction -> transaction.delete(Tree.CATALOGUE, Keys.catalogue(victim)));
        assertThat(provider.repair(directory(), SpoolOptions.DEFAULTS, finding -> {})
                        .repaired())
                .isTrue();
        assertThat(provider.check(directory(), SpoolOptions.DEFAULTS, finding -> {}))
                .returns(0L, CheckReport::damaged)
                .returns((long) MESSAGES, CheckReport::entries);
        try (Spool spool = provider.open(directory(), SpoolOptions.DEFAULTS)) {
            assertHolds(spool, stored);
        }
    }

    @Test
    void aRootPageWhoseNumberIsDamagedDoesNotMakeTheBatchBeforeCount() throws Exception {
        store();
        byte[] intact = Files.readAllBytes(file());
        try (PageFile pages = PageFile.open(SystemDisk.INSTANCE, file())) {
            List<FileRoot> roots = FileFormat.roots(pages.file());
            int newer = roots.indexOf(FileFormat.newer(roots));
            for (int root = 0; root < 2; root++) {
                byte[] damaged = intact.clone();
                int number = root * pages.root().pageBytes() + 144;
                damaged[root == newer ? number : number + 5] ^=
                        0x7f; // the newer one becomes older, or the older one newer
                Files.write(file(), damaged);
                assertRefused();
            }
        }
    }

    @Test
    void aRepairThatFailsLeavesTheLogAndACopyOfItAndCanBeRunAgain() throws Exception {
        Map<SpoolId, Message> stored = store();
        SpoolId victim = stored.keySet().iterator().next();
        flip(bodyOf(stored, victim));
        byte[] damaged = Files.readAllBytes(file());
        Path damagedFile = file();
        FailingDisk disk = new FailingDisk();
        disk.fail((operation, path) -> operation.equals("rename"));
        OwnerContext owner = new OwnerContext(directory(), disk.disk(), 9, true, new ArrayList<>());
        assertThatThrownBy(() -> new LmdbRepair(owner, finding -> {}).run()).isInstanceOf(SpoolIoException.class);
        assertThat(file()).isEqualTo(damagedFile).hasBinaryContent(damaged);
        try (Stream<Path> quarantined = Files.list(directory().resolve("quarantine"))) {
            assertThat(quarantined)
                    .singleElement()
                    .satisfies(copy -> assertThat(copy).hasBinaryContent(damaged));
        }
        disk.heal();
        assertThat(new LmdbRepair(owner, finding -> {}).run().repaired()).isTrue();
        assertThat(file()).isNotEqualTo(damagedFile);
        assertThat(damagedFile).doesNotExist();
    }

    @Test
    void aRepairThatCannotReadOnStopsAndChangesNothing() throws Exception {
        Map<SpoolId, Message> stored = store();
        flip(bodyOf(stored, stored.keySet().iterator().next()));
        Path damagedFile = file();
        byte[] damaged = Files.readAllBytes(damagedFile);
        FailingDisk disk = new FailingDisk();
        AtomicInteger reads = new AtomicInteger();
        AtomicBoolean salvaging = new AtomicBoolean();
        disk.fail((operation, path) -> {
            salvaging.compareAndSet(false, path.endsWith(".new")); // asked whether one is left over
            return salvaging.get() && operation.equals("read") && reads.incrementAndGet() > 50;
        });
        List<Finding> findings = new ArrayList<>();
        OwnerContext owner = new OwnerContext(directory(), disk.disk(), 9, true, new ArrayList<>());
        assertThatThrownBy(() -> new LmdbRepair(owner, findings::add).run()).isInstanceOf(SpoolIoException.class);
        assertThat(findings).singleElement().returns(false, Finding::repaired);
        assertThat(reads).hasValueGreaterThan(50);
        assertThat(file()).isEqualTo(damagedFile).hasBinaryContent(damaged);
    }

    @Test
    void aFileOfWhichNothingCanBeReadIsLeftAsItIs() throws Exception {
        store();
        Path damagedFile = file();
        byte[] damaged = Files.readAllBytes(damagedFile);
        try (PageFile pages = PageFile.open(SystemDisk.INSTANCE, damagedFile)) {
            int main = (int) (pages.root().main().page() * pages.root().pageBytes());
            java.util.Arrays.fill(damaged, main, main + pages.root().pageBytes(), (byte) 0x55);
        }
        Files.write(damagedFile, damaged);
        assertThatThrownBy(() -> provider.repair(directory(), SpoolOptions.DEFAULTS, finding -> {}))
                .isInstanceOf(SpoolCorruptException.class)
                .hasMessageContaining("none of its messages can be read");
        assertThat(file()).isEqualTo(damagedFile).hasBinaryContent(damaged);
    }

    @Test
    void aFlippedBitAnywhereIsToldAndRepairedOrHarmsNothing() throws Exception {
        Map<SpoolId, Message> stored = store();
        Path file = file();
        byte[] intact = Files.readAllBytes(file);
        SplittableRandom random = new SplittableRandom(3);
        int told = 0;
        for (int round = 0; round < FLIPS; round++) {
            byte[] damaged = intact.clone();
            // Every second one in the header of a page, or in what follows it, where LMDB finds its way.
            int at = random.nextInt(damaged.length / 4096) * 4096 + random.nextInt(round % 2 == 0 ? 64 : 4096);
            damaged[at] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, damaged);
            CheckReport report;
            try {
                report = provider.check(directory(), SpoolOptions.DEFAULTS, finding -> {});
            } catch (SpoolVersionException e) {
                told++;
                continue;
            }
            if (report.damaged() > 0) {
                told++;
                assertRepairKeepsTheRest(stored, at);
                Files.deleteIfExists(file());
            } else {
                assertThat(report.entries()).as("flip at %d", at).isEqualTo(MESSAGES);
                try (SpoolReader reader = provider.openReadOnly(directory(), SpoolOptions.DEFAULTS)) {
                    assertHolds(reader, stored);
                }
            }
        }
        assertThat(told).isGreaterThan(FLIPS / 10);
    }

    /** Nothing wrong is in the spool behind it, and no message is missing but those that the one flip can have hit. */
    private void assertRepairKeepsTheRest(Map<SpoolId, Message> stored, int at) throws SpoolException {
        CheckReport repaired;
        try {
            repaired = provider.repair(directory(), SpoolOptions.DEFAULTS, finding -> {});
        } catch (SpoolCorruptException e) {
            assertThat(at)
                    .as("only a file without root pages cannot be repaired: %s", e)
                    .isLessThan(2 * 4096);
            return;
        }
        assertThat(repaired.repaired()).as("flip at %d", at).isTrue();
        int found = 0;
        try (SpoolReader reader = provider.openReadOnly(directory(), SpoolOptions.DEFAULTS)) {
            for (Map.Entry<SpoolId, Message> entry : stored.entrySet()) {
                Message message = reader.load(entry.getKey()).join().orElse(null);
                if (message != null) {
                    found++;
                    assertThat(message.bodyToArray()).isEqualTo(entry.getValue().bodyToArray());
                }
            }
            assertThat(scan(reader)).returns((long) found, ScanReport::items).returns(true, ScanReport::complete);
        }
        assertThat(found).as("flip at %d", at).isGreaterThan(MESSAGES / 4);
    }

    private void assertTold(SpoolId victim, int others) throws SpoolException {
        try (SpoolReader reader = provider.openReadOnly(directory(), SpoolOptions.DEFAULTS)) {
            assertThatThrownBy(() -> reader.load(victim).join()).hasCauseInstanceOf(SpoolCorruptException.class);
            ScanReport report = scan(reader);
            assertThat(report.items()).isEqualTo(others);
            assertThat(report.complete()).isFalse();
        }
        List<Finding> findings = new ArrayList<>();
        CheckReport report = provider.check(directory(), SpoolOptions.DEFAULTS, findings::add);
        assertThat(report.damaged()).isPositive();
        assertThat(findings).anyMatch(finding -> victim.equals(finding.id()));
    }

    /** Where the node of a message's body begins, in the leaf of the records that it stands in. */
    private static int nodeOf(byte[] file, SpoolId id) {
        byte[] wanted = id.toBytes();
        for (int at = 2 * 4096 + 8; at < file.length - 28; at++) {
            boolean part = java.util.Arrays.equals(file, at, at + 16, wanted, 0, 16)
                    && file[at - 2] == 28
                    && file[at + 27] == 0
                    && file[at / 4096 * 4096 + 10] == 2;
            if (part) {
                return at - 8;
            }
        }
        throw new AssertionError(id + " is not in the file");
    }

    private void assertRefusedToOpen() throws SpoolException {
        assertThatThrownBy(
                        () -> provider.open(directory(), SpoolOptions.DEFAULTS).close())
                .isInstanceOf(SpoolCorruptException.class)
                .hasMessageContaining("lmdb-00");
        assertThatThrownBy(() -> provider.openReadOnly(directory(), SpoolOptions.DEFAULTS)
                        .close())
                .isInstanceOf(SpoolCorruptException.class);
        assertThat(provider.check(directory(), SpoolOptions.DEFAULTS, finding -> {})
                        .damaged())
                .isPositive();
    }

    private void assertRefused() throws SpoolException {
        assertThatThrownBy(
                        () -> provider.open(directory(), SpoolOptions.DEFAULTS).close())
                .isInstanceOf(SpoolCorruptException.class)
                .hasMessageContaining("lmdb-00");
        assertThatThrownBy(() -> provider.openReadOnly(directory(), SpoolOptions.DEFAULTS)
                        .close())
                .isInstanceOf(SpoolCorruptException.class);
        CheckReport report = provider.check(directory(), SpoolOptions.DEFAULTS, finding -> {});
        assertThat(report.damaged()).isPositive();
        assertThat(report.complete()).isFalse();
    }

    private Path directory() {
        return temp.resolve("spool");
    }

    private Path file() throws SpoolException {
        Path directory = Generation.directory(directory(), 0);
        return Generation.newest(SystemDisk.INSTANCE, directory).orElseThrow().file(directory);
    }

    private Map<SpoolId, Message> store() throws SpoolException {
        Map<SpoolId, Message> stored = new LinkedHashMap<>();
        try (Spool spool = provider.open(directory(), SpoolOptions.DEFAULTS)) {
            for (int i = 0; i < MESSAGES; i++) {
                SpoolId id = SpoolId.next();
                stored.put(id, message(id, BODY_BYTES));
                spool.blocking().store(id, message(id, BODY_BYTES));
            }
        }
        return stored;
    }

    private static Message message(SpoolId id, int bytes) {
        byte[] body = new byte[bytes];
        SplittableRandom random = new SplittableRandom(id.low());
        for (int i = 0; i < bytes; i++) {
            body[i] = (byte) random.nextInt();
        }
        return Message.of(ByteBuffer.wrap(body), ByteBuffer.wrap(id.toBytes()));
    }

    /** Where the body of a message begins in the file. */
    private int bodyOf(Map<SpoolId, Message> stored, SpoolId id) throws IOException {
        byte[] file = Files.readAllBytes(file());
        byte[] body = java.util.Objects.requireNonNull(stored.get(id)).bodyToArray();
        for (int at = 0; at <= file.length - body.length; at++) {
            if (java.util.Arrays.equals(file, at, at + body.length, body, 0, body.length)) {
                return at;
            }
        }
        throw new AssertionError(id + " is not in the file");
    }

    private void flip(int at) throws IOException {
        byte[] bytes = Files.readAllBytes(file());
        bytes[at] ^= 1;
        Files.write(file(), bytes);
    }

    private void withFile(LogFile.Work<Boolean> work) throws SpoolException {
        LogFile file = LogFile.share(
                SystemDisk.INSTANCE, Generation.directory(directory(), 0), Environment.Use.WRITE, 16 << 20);
        try {
            boolean done = file.write(transaction -> {
                java.util.Objects.requireNonNull(LogState.read(transaction, 0)).write(transaction);
                return work.in(transaction);
            });
            assertThat(done).isTrue();
        } finally {
            file.release(Environment.Use.WRITE);
        }
    }

    private static ScanReport scan(SpoolReader reader) {
        try (SpoolScan scan = reader.enumerate(EnumerateOptions.ALL)) {
            while (scan.hasNext()) {
                SpoolEntry entry = scan.next();
                assertThat(entry).isNotNull();
            }
            return scan.report();
        }
    }

    private static void assertHolds(SpoolReader reader, Map<SpoolId, Message> expected) {
        expected.forEach((id, message) -> {
            Message found = reader.load(id).join().orElseThrow(() -> new AssertionError(id + " is missing"));
            assertThat(found.bodyToArray()).isEqualTo(message.bodyToArray());
            assertThat(found.envelope()).isEqualTo(message.envelope());
        });
    }
}
