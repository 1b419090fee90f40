package dev.spool.lmdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.CheckReport;
import dev.spool.Finding;
import dev.spool.Health;
import dev.spool.Message;
import dev.spool.ScanReport;
import dev.spool.Spool;
import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.SpoolReader;
import dev.spool.SpoolScan;
import dev.spool.engine.directory.SpoolDirectory;
import dev.spool.engine.io.SystemDisk;
import dev.spool.engine.spi.Watermarks;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file of another spool is never taken for ours, and one of an earlier time is told as far as it is known to be one. */
@Timeout(60)
class FilePutBackTest {

    private static final byte[] ORIGIN = "origin".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path temp;

    private final LmdbSpoolProvider provider = new LmdbSpoolProvider();
    private final List<SpoolId> first = new ArrayList<>();
    private final List<SpoolId> second = new ArrayList<>();
    private Path directory = Path.of("");
    private Path earlier = Path.of("");

    @BeforeEach
    void setUp() {
        directory = temp.resolve("spool");
        earlier = temp.resolve("earlier.mdb");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFileOfAnotherSpoolIsRefusedAndNothingOfItIsTaken(boolean killed) throws Exception {
        leave(killed);
        byte[] right = Files.readAllBytes(file());
        Path other = temp.resolve("other");
        try (Spool spool = provider.open(other, SpoolOptions.DEFAULTS)) {
            for (int i = 0; i < 50; i++) {
                store(spool, SpoolId.next());
            }
        }
        Files.write(file(), Files.readAllBytes(file(other)));
        byte[] foreign = Files.readAllBytes(file());
        assertRefused(String.valueOf(OriginFile.read(SystemDisk.INSTANCE, other).storeId()));
        assertRefused(
                String.valueOf(OriginFile.read(SystemDisk.INSTANCE, directory).storeId()));
        assertThatThrownBy(() -> provider.repair(directory, SpoolOptions.DEFAULTS, finding -> {}))
                .isInstanceOf(SpoolCorruptException.class)
                .hasMessageContaining("nothing was changed");
        assertThat(file()).hasBinaryContent(foreign);
        Files.write(file(), right);
        assertAllThere();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFileOfAnEarlierTimeIsToldToEverybodyUntilItIsRepaired(boolean killed) throws Exception {
        leave(killed);
        Files.copy(earlier, file(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertToldByCheck();
        try (SpoolReader reader = provider.openReadOnly(directory, SpoolOptions.DEFAULTS)) {
            assertToldByScan(reader);
            assertThat(reader.health().state()).isEqualTo(Health.State.DEGRADED);
        }
        SpoolId since = SpoolId.next();
        for (int i = 0; i < 2; i++) {
            try (Spool spool = provider.open(directory, SpoolOptions.DEFAULTS)) {
                assertThat(spool.health().cause()).isEqualTo(Health.Cause.CORRUPTION);
                assertToldByScan(spool);
                store(spool, since);
                grow(spool);
                spool.blocking().compact();
                assertToldByScan(spool);
            }
            assertToldByCheck();
        }
        assertThat(provider.repair(directory, SpoolOptions.DEFAULTS, finding -> {})
                        .repaired())
                .isTrue();
        try (Spool spool = provider.open(directory, SpoolOptions.DEFAULTS)) {
            assertThat(spool.health().state()).isEqualTo(Health.State.HEALTHY);
            assertThat(scan(spool)).returns(true, ScanReport::complete).returns(11L, ScanReport::items);
            assertThat(spool.blocking().load(since)).isPresent();
        }
    }

    @Test
    void theRightFileIsNoDamageAfterSomebodyHasLookedAtTheWrongOne() throws Exception {
        leave(true);
        byte[] right = Files.readAllBytes(file());
        Path name = file();
        Files.copy(earlier, name, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        for (int i = 0; i < 2; i++) {
            provider.open(directory, SpoolOptions.DEFAULTS).close();
        }
        Files.delete(file());
        Files.write(name, right);
        assertThat(provider.check(directory, SpoolOptions.DEFAULTS, finding -> {})
                        .damaged())
                .isZero();
        try (SpoolReader reader = provider.openReadOnly(directory, SpoolOptions.DEFAULTS)) {
            assertThat(scan(reader)).returns(true, ScanReport::complete).returns(17L, ScanReport::items);
        }
    }

    @Test
    void revisionsThatTheLostFileMayHaveUsedAreNotUsedAgain() throws Exception {
        leave(true);
        long durable = noted();
        Files.copy(earlier, file(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        OwnerContext killed = new OwnerContext(
                directory, SystemDisk.INSTANCE, 50, true, new ArrayList<>(), new AtomicReference<>(note()));
        LmdbBackend.open(killed).close();
        assertThat(killed.found()).isNotEmpty();
        LmdbBackend backend = LmdbBackend.open(killed);
        assertThat(backend.logs().get(0).nextRevision()).isGreaterThan(durable + 1000);
        backend.close();
        assertThat(Watermarks.of(killed.note(), 0)).isEqualTo(durable);
        assertThat(provider.repair(directory, SpoolOptions.DEFAULTS, finding -> {})
                        .repaired())
                .isTrue();
        assertThat(lastRevision()).isGreaterThan(durable + 1000);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theRightFileUnderAnOlderNameIsKeptInQuarantine(boolean repaired) throws Exception {
        leave(true);
        byte[] right = Files.readAllBytes(file());
        Path log = Generation.directory(directory, 0);
        Generation newest = Generation.newest(SystemDisk.INSTANCE, log).orElseThrow();
        Files.copy(earlier, new Generation(newest.epoch(), newest.serial() + 1).file(log));
        if (repaired) {
            provider.repair(directory, SpoolOptions.DEFAULTS, finding -> {});
        } else {
            provider.open(directory, SpoolOptions.DEFAULTS).close();
        }
        try (Stream<Path> kept = Files.list(directory.resolve("quarantine"))) {
            assertThat(kept).anySatisfy(file -> assertThat(file).hasBinaryContent(right));
        }
    }

    @Test
    void aMissingFileOfALogThatWasMadeIsMissedThoughNothingElseTellsOfIt() throws Exception {
        leave(false);
        Files.delete(file());
        Files.delete(OriginFile.file(directory));
        assertThatThrownBy(() -> provider.open(directory, SpoolOptions.DEFAULTS).close())
                .isInstanceOf(SpoolCorruptException.class)
                .hasMessageContaining("found none");
    }

    @Test
    void aFileOfAVersionThatSaysNothingIsTakenAsItIsAndSaysSoFromThenOn() throws Exception {
        OwnerContext before = new OwnerContext(directory, 3, true);
        Files.createDirectories(directory);
        LmdbBackend.open(before).close();
        change(transaction -> transaction.delete(Tree.STATE, ORIGIN));
        OwnerContext owner = new OwnerContext(directory, 4, true);
        LmdbBackend.open(owner).close();
        assertThat(owner.found()).isEmpty();
        assertThat(Watermarks.of(owner.note(), 0)).isZero();
        change(transaction -> {
            assertThat(LogOrigin.read(transaction)).isEqualTo(LogOrigin.of(owner.storeId()));
            return true;
        });
    }

    @Test
    void aFileThatSaysNothingIsRefusedWhereTheRightOneDidAndARepairTakesIt() throws Exception {
        leave(false);
        change(transaction -> transaction.delete(Tree.STATE, ORIGIN));
        assertRefused("it does not say of which spool it is");
        assertThat(provider.repair(directory, SpoolOptions.DEFAULTS, finding -> {})
                        .repaired())
                .isTrue();
        assertAllThere();
    }

    @Test
    void sealingHandingOverAndCompactingAreNoDamage() throws Exception {
        leave(false);
        for (int i = 0; i < 3; i++) {
            try (Spool spool = provider.open(directory, SpoolOptions.DEFAULTS)) {
                grow(spool);
                Path before = file();
                spool.blocking().compact();
                assertThat(file()).isNotEqualTo(before);
                assertSound(spool);
                spool.drainable().seal();
                spool.drainable().resumeAfterAbort();
                store(spool, SpoolId.next());
                if (i == 1) {
                    spool.drainable().seal();
                }
                assertSound(spool);
            }
            assertThat(provider.check(directory, SpoolOptions.DEFAULTS, finding -> {})
                            .damaged())
                    .isZero();
        }
    }

    @Test
    void aReaderBesideAnOwnerWhoStoresAndCompactsIsToldOfNoDamage() throws Exception {
        leave(false);
        try (Spool spool = provider.open(directory, SpoolOptions.DEFAULTS)) {
            CompletableFuture<Void> owner = CompletableFuture.runAsync(() -> {
                try {
                    for (int i = 0; i < 5; i++) {
                        grow(spool);
                        spool.blocking().compact();
                    }
                } catch (SpoolException e) {
                    throw new AssertionError(e);
                }
            });
            do {
                try (SpoolReader reader = provider.openReadOnly(directory, SpoolOptions.DEFAULTS)) {
                    assertThat(scan(reader)).returns(true, ScanReport::complete);
                }
            } while (!owner.isDone());
            owner.join();
            assertSound(spool);
        }
    }

    /** Leaves a spool with 17 messages, and beside it its file as it was when it had 10 others of them. */
    private void leave(boolean killed) throws Exception {
        Path used = temp.resolve("used");
        try (Spool spool = provider.open(used, SpoolOptions.DEFAULTS)) {
            for (int i = 0; i < 10; i++) {
                first.add(SpoolId.next());
                store(spool, first.get(i));
            }
            awaitNoted(used, 10);
            Files.copy(file(used), earlier);
            for (int i = 0; i < 10; i++) {
                second.add(SpoolId.next());
                store(spool, second.get(i));
            }
            for (SpoolId id : first.subList(0, 3)) {
                assertThat(spool.blocking().remove(id)).isTrue();
            }
            awaitNoted(used, 23);
            if (killed) {
                copy(used, directory);
            }
        }
        if (!killed) {
            copy(used, directory);
        }
    }

    /** What is noted has been committed and cleaned up behind: nothing is written any more. */
    private static void awaitNoted(Path spool, long revision) throws Exception {
        while (noted(spool) < revision) {
            Thread.sleep(10);
        }
    }

    private static long noted(Path spool) throws SpoolException {
        return Watermarks.of(SpoolDirectory.inspect(SystemDisk.INSTANCE, spool).note(), 0);
    }

    private ByteBuffer note() throws SpoolException {
        return SpoolDirectory.inspect(SystemDisk.INSTANCE, directory).note();
    }

    private long noted() throws SpoolException {
        return noted(directory);
    }

    private long lastRevision() throws SpoolException {
        try (PagedLog log = PagedLog.open(SystemDisk.INSTANCE, file())) {
            return Objects.requireNonNull(LogState.read(log, 0)).lastRevision();
        }
    }

    private void assertRefused(String what) throws SpoolException {
        assertThatThrownBy(() -> provider.open(directory, SpoolOptions.DEFAULTS).close())
                .isInstanceOf(SpoolCorruptException.class)
                .hasMessageContaining(what)
                .hasMessageContaining("messages-");
        assertThatThrownBy(() ->
                        provider.openReadOnly(directory, SpoolOptions.DEFAULTS).close())
                .isInstanceOf(SpoolCorruptException.class)
                .hasMessageContaining(what);
        List<Finding> findings = new ArrayList<>();
        CheckReport report = provider.check(directory, SpoolOptions.DEFAULTS, findings::add);
        assertThat(report).returns(false, CheckReport::complete).returns(0L, CheckReport::entries);
        assertThat(findings)
                .singleElement()
                .satisfies(finding -> assertThat(finding.message()).contains(what));
    }

    private void assertToldByCheck() throws SpoolException {
        List<Finding> findings = new ArrayList<>();
        CheckReport report = provider.check(directory, SpoolOptions.DEFAULTS, findings::add);
        assertThat(report.damaged()).isPositive();
        assertThat(report.complete()).isFalse();
        assertThat(findings)
                .filteredOn(finding -> finding.severity() == Finding.Severity.DAMAGE)
                .singleElement()
                .satisfies(finding -> assertThat(finding.message())
                        .contains("its last revision was 10, and 23 was durable")
                        .contains("spool-fsck --repair"));
    }

    private static void assertToldByScan(SpoolReader reader) {
        ScanReport report = scan(reader);
        assertThat(report.complete()).isFalse();
        assertThat(report.corrupt()).isPositive();
    }

    private static void assertSound(Spool spool) {
        assertThat(scan(spool).complete()).isTrue();
        assertThat(spool.health().corruptMessages()).isZero();
    }

    private void assertAllThere() throws SpoolException {
        try (Spool spool = provider.open(directory, SpoolOptions.DEFAULTS)) {
            assertThat(scan(spool)).returns(true, ScanReport::complete).returns(17L, ScanReport::items);
            for (SpoolId id : second) {
                assertThat(spool.blocking().load(id)).isPresent();
            }
        }
    }

    private static ScanReport scan(SpoolReader reader) {
        try (SpoolScan scan = reader.enumerate()) {
            scan.forEachRemaining(entry -> {});
            return scan.report();
        }
    }

    private static void store(Spool spool, SpoolId id) throws SpoolException {
        spool.blocking().store(id, Message.of(ByteBuffer.wrap(id.toBytes())));
    }

    /** Makes a compaction worth it. */
    private static void grow(Spool spool) throws SpoolException {
        SpoolId big = SpoolId.next();
        spool.blocking().store(big, Message.of(ByteBuffer.allocate(2 << 20)));
        spool.blocking().remove(big);
    }

    private void change(LogFile.Work<Boolean> work) throws SpoolException {
        LogFile file =
                LogFile.share(SystemDisk.INSTANCE, Generation.directory(directory, 0), Environment.Use.WRITE, 16 << 20);
        try {
            assertThat(file.<Boolean>write(transaction -> {
                        Objects.requireNonNull(LogState.read(transaction, 0)).write(transaction);
                        return work.in(transaction);
                    }))
                    .isTrue();
        } finally {
            file.release(Environment.Use.WRITE);
        }
    }

    private Path file() throws SpoolException {
        return file(directory);
    }

    private static Path file(Path spool) throws SpoolException {
        Path log = Generation.directory(spool, 0);
        return Generation.newest(SystemDisk.INSTANCE, log).orElseThrow().file(log);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                Path target = to.resolve(from.relativize(each).toString());
                if (Files.isDirectory(each)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(each, target);
                }
            }
        }
    }
}
