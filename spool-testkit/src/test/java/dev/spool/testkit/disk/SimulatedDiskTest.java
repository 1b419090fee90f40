package dev.spool.testkit.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.engine.io.DiskFile;
import dev.spool.engine.io.DiskLock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SimulatedDiskTest {

    private static final Path HOME = Path.of("/spool");
    private static final Path FILE = HOME.resolve("f");

    private static SimulatedDisk withHome(long seed) throws IOException {
        SimulatedDisk disk = new SimulatedDisk(seed);
        disk.createDirectories(HOME);
        return disk;
    }

    private static DiskFile durableFile(SimulatedDisk disk, byte[] content) throws IOException {
        DiskFile file = disk.openForWriting(FILE);
        file.write(ByteBuffer.wrap(content), 0);
        file.sync();
        disk.syncDirectory(HOME);
        return file;
    }

    private static byte[] filled(int value, int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    @Test
    void readsWhatWasWrittenLikeAnArrayWould() throws IOException {
        SimulatedDisk disk = withHome(1);
        Random random = new Random(1);
        byte[] model = new byte[40_000];
        int size = 0;
        try (DiskFile file = disk.openForWriting(FILE)) {
            for (int i = 0; i < 2000; i++) {
                int position = random.nextInt(30_000);
                byte[] bytes = new byte[random.nextInt(9000)];
                random.nextBytes(bytes);
                if (random.nextInt(50) == 0) {
                    file.truncate(position);
                    if (position < size) {
                        Arrays.fill(model, position, size, (byte) 0);
                        size = position;
                    }
                } else if (bytes.length > 0) {
                    ByteBuffer[] halves = {
                        ByteBuffer.wrap(bytes, 0, bytes.length / 2),
                        ByteBuffer.wrap(bytes, bytes.length / 2, bytes.length - bytes.length / 2)
                    };
                    file.write(halves, 2, position);
                    assertThat(halves[1].hasRemaining()).isFalse();
                    System.arraycopy(bytes, 0, model, position, bytes.length);
                    size = Math.max(size, position + bytes.length);
                }
                if (random.nextInt(20) == 0) {
                    file.sync();
                }
                assertThat(file.size()).isEqualTo(size);
                int from = random.nextInt(35_000);
                ByteBuffer read = ByteBuffer.allocate(5000);
                assertThat(file.read(read, from)).isEqualTo(Math.max(0, Math.min(5000, size - from)));
                assertThat(Arrays.copyOf(read.array(), read.position()))
                        .isEqualTo(Arrays.copyOfRange(model, from, from + read.position()));
            }
            file.sync();
        }
        disk.syncDirectory(HOME);
        disk.crash();
        assertThat(disk.surgery().contents(FILE)).isEqualTo(Arrays.copyOf(model, size));
    }

    @Test
    void syncedWriteWithSyncedNameSurvivesEveryCrash() throws IOException {
        for (int seed = 0; seed < 200; seed++) {
            SimulatedDisk disk = withHome(seed);
            durableFile(disk, filled(1, 10_000));
            disk.crash();
            assertThat(disk.afterCrash().openForReading(FILE).size()).isEqualTo(10_000);
            assertThat(disk.surgery().contents(FILE)).isEqualTo(filled(1, 10_000));
        }
    }

    @Test
    void unsyncedWriteIsKeptLostOrTornAtSectors() throws IOException {
        boolean kept = false;
        boolean lost = false;
        boolean torn = false;
        for (int seed = 0; seed < 300; seed++) {
            SimulatedDisk disk = withHome(seed);
            DiskFile file = durableFile(disk, filled(1, 8192));
            file.write(ByteBuffer.wrap(filled(2, 4096)), 1024);
            disk.crash();
            byte[] found = disk.surgery().contents(FILE);
            Set<Byte> values = new TreeSet<>();
            for (int sector = 0; sector < 16; sector++) {
                byte first = found[sector * 512];
                for (int i = 0; i < 512; i++) {
                    assertThat(found[sector * 512 + i]).as("within a sector").isEqualTo(first);
                }
                if (sector >= 2 && sector < 10) {
                    values.add(first);
                } else {
                    assertThat(first).as("not written").isEqualTo((byte) 1);
                }
            }
            kept |= values.equals(Set.of((byte) 2));
            lost |= values.equals(Set.of((byte) 1));
            torn |= values.size() == 2;
        }
        assertThat(kept && lost && torn).isTrue();
    }

    @Test
    void laterUnsyncedWriteMaySurviveAnEarlierOneAndTheOtherWayRound() throws IOException {
        Set<String> outcomes = new TreeSet<>();
        for (int seed = 0; seed < 200; seed++) {
            SimulatedDisk disk = withHome(seed);
            DiskFile file = durableFile(disk, filled(0, 1024));
            file.write(ByteBuffer.wrap(filled(1, 512)), 0);
            file.write(ByteBuffer.wrap(filled(2, 512)), 512);
            file.write(ByteBuffer.wrap(filled(3, 100)), 0);
            disk.crash();
            byte[] found = disk.surgery().contents(FILE);
            outcomes.add(found[0] + "" + found[100] + found[512]);
        }
        // The third write's sector holds what the first wrote beside it: a sector is written as the cache shows it.
        assertThat(outcomes).containsExactlyInAnyOrder("000", "110", "310", "002", "112", "312");
    }

    @Test
    void survivalCanBeChosen() throws IOException {
        for (Survival survival : new Survival[] {Survival.KEPT, Survival.LOST}) {
            SimulatedDisk disk = withHome(3);
            DiskFile file = durableFile(disk, filled(1, 512));
            file.write(ByteBuffer.wrap(filled(2, 1024)), 0);
            disk.openForWriting(HOME.resolve("new"));
            disk.crash(survival);
            boolean kept = survival == Survival.KEPT;
            assertThat(disk.surgery().contents(FILE)).isEqualTo(kept ? filled(2, 1024) : filled(1, 512));
            assertThat(disk.afterCrash().exists(HOME.resolve("new"))).isEqualTo(kept);
        }
    }

    @Test
    void namesSurviveByThemselvesUntilTheirDirectoryIsSynced() throws IOException {
        Set<String> outcomes = new TreeSet<>();
        for (int seed = 0; seed < 300; seed++) {
            SimulatedDisk disk = withHome(seed);
            durableFile(disk, filled(1, 1));
            disk.openForWriting(HOME.resolve("a"));
            disk.rename(FILE, HOME.resolve("g"));
            disk.crash();
            outcomes.add(disk.afterCrash().list(HOME).toString());
        }
        assertThat(outcomes)
                .containsExactlyInAnyOrder("[/spool/f]", "[/spool/g]", "[/spool/a, /spool/f]", "[/spool/a, /spool/g]");
    }

    @Test
    void replacingRenameLeavesOneOrTheOtherFile() throws IOException {
        Set<Byte> outcomes = new TreeSet<>();
        for (int seed = 0; seed < 100; seed++) {
            SimulatedDisk disk = withHome(seed);
            durableFile(disk, filled(1, 1));
            DiskFile temp = disk.openForWriting(HOME.resolve("t"));
            temp.write(ByteBuffer.wrap(filled(2, 1)), 0);
            temp.sync();
            disk.rename(HOME.resolve("t"), FILE);
            disk.crash();
            outcomes.add(disk.surgery().contents(FILE)[0]);
        }
        assertThat(outcomes).containsExactly((byte) 1, (byte) 2);
    }

    @Test
    void renameBetweenDirectoriesIsDurableOnlyWhenBothAreSynced() throws IOException {
        Path other = Path.of("/other");
        Set<Boolean> moved = new TreeSet<>();
        for (int seed = 0; seed < 100; seed++) {
            SimulatedDisk disk = withHome(seed);
            disk.createDirectories(other);
            durableFile(disk, filled(1, 1));
            disk.rename(FILE, other.resolve("f"));
            disk.syncDirectory(HOME);
            SimulatedDisk fork = disk.fork(seed);
            disk.crash();
            moved.add(disk.afterCrash().exists(other.resolve("f")));
            assertThat(disk.afterCrash().exists(FILE))
                    .isNotEqualTo(disk.afterCrash().exists(other.resolve("f")));
            fork.syncDirectory(other);
            fork.crash();
            assertThat(fork.afterCrash().exists(other.resolve("f"))).isTrue();
        }
        assertThat(moved).containsExactly(false, true);
    }

    @Test
    void failedSyncLiesUntilTheCacheIsDropped() throws IOException {
        for (int seed = 0; seed < 50; seed++) {
            SimulatedDisk disk = withHome(seed);
            DiskFile file = durableFile(disk, filled(1, 512));
            disk.failSyncs(1);
            file.write(ByteBuffer.wrap(filled(2, 512)), 0);
            assertThatThrownBy(file::sync).isInstanceOf(IOException.class);
            file.sync();
            assertThat(disk.surgery().contents(FILE)).isEqualTo(filled(2, 512));
            SimulatedDisk crashed = disk.fork(seed);
            disk.dropCaches();
            byte[] found = disk.surgery().contents(FILE);
            crashed.crash();
            assertThat(crashed.surgery().contents(FILE)).isEqualTo(found);
            if (seed == 0) {
                assertThat(found).isEqualTo(filled(1, 512));
            }
        }
    }

    @Test
    void crashAtEveryOperationLeavesNoProcessAlive() throws IOException {
        SimulatedDisk whole = withHome(0);
        durableFile(whole, filled(1, 100));
        long operations = whole.operations();
        assertThat(operations).isEqualTo(6);
        for (int at = 1; at <= operations; at++) {
            SimulatedDisk disk = new SimulatedDisk(at);
            disk.crashAfter(at);
            assertThatThrownBy(() -> {
                        disk.createDirectories(HOME);
                        durableFile(disk, filled(1, 100));
                    })
                    .isInstanceOf(PowerCut.class);
            assertThat(disk.isAlive()).isFalse();
            assertThatThrownBy(() -> disk.exists(HOME)).isInstanceOf(PowerCut.class);
            assertThat(disk.afterCrash().isAlive()).isTrue();
        }
    }

    @Test
    void killedProcessLosesLocksAndFilesButNoWrites() throws IOException {
        SimulatedDisk disk = withHome(5);
        SimulatedDisk other = disk.newProcess();
        DiskFile file = disk.openForWriting(FILE);
        file.write(ByteBuffer.wrap(filled(1, 10)), 0);
        DiskLock lock = disk.tryLock(HOME.resolve("lock"));
        assertThat(lock.isHeld()).isTrue();
        assertThat(other.tryLock(HOME.resolve("lock"))).isNull();
        assertThatThrownBy(disk::afterCrash).isInstanceOf(IllegalStateException.class);
        disk.kill();
        assertThatThrownBy(() -> file.sync()).isInstanceOf(PowerCut.class);
        file.close();
        assertThat(other.tryLock(HOME.resolve("lock")).isHeld()).isTrue();
        assertThat(disk.surgery().contents(FILE)).isEqualTo(filled(1, 10));
    }

    @Test
    void lockIsLostWhenItsProcessClosesTheFile() throws IOException {
        SimulatedDisk disk = withHome(5);
        DiskLock lock = disk.tryLock(HOME.resolve("lock"));
        disk.newProcess().openForReading(HOME.resolve("lock")).close();
        assertThat(lock.isHeld()).isTrue();
        disk.openForReading(HOME.resolve("lock")).close();
        assertThat(lock.isHeld()).isFalse();
    }

    @Test
    void lockIsNotHeldWhenItsFileWasReplaced() throws IOException {
        SimulatedDisk disk = withHome(5);
        DiskLock lock = disk.tryLock(HOME.resolve("lock"));
        disk.openForWriting(HOME.resolve("x"));
        disk.rename(HOME.resolve("x"), HOME.resolve("lock"));
        assertThat(lock.isHeld()).isFalse();
    }

    @Test
    void fullDiskRefusesNewBlocksOnly() throws IOException {
        SimulatedDisk disk = withHome(5);
        disk.capacityBytes(8192);
        DiskFile file = durableFile(disk, filled(1, 4096));
        assertThat(disk.usableBytes(HOME)).isEqualTo(4096);
        assertThat(disk.totalBytes(HOME)).isEqualTo(8192);
        assertThatThrownBy(() -> file.write(ByteBuffer.wrap(filled(2, 8192)), 4096))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No space left on device");
        assertThat(disk.usableBytes(HOME)).isZero();
        file.write(ByteBuffer.wrap(filled(3, 4096)), 0);
        file.sync();
        file.close();
        disk.delete(FILE);
        assertThat(disk.usableBytes(HOME)).isEqualTo(8192);
    }

    @Test
    void faultsStrikeWhereTheyAreAskedFor() throws IOException {
        SimulatedDisk disk = withHome(5);
        DiskFile file = durableFile(disk, filled(1, 4096));
        DiskFile other = disk.openForWriting(HOME.resolve("g"));
        disk.faults().fail(IoEvent.Kind.WRITE, 1, FILE::equals).fail(IoEvent.Kind.READ, Faults.ALWAYS, FILE::equals);
        other.write(ByteBuffer.allocate(10), 0);
        assertThatThrownBy(() -> file.write(ByteBuffer.allocate(10), 0)).hasMessage("Input/output error");
        file.write(ByteBuffer.allocate(10), 0);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> file.read(ByteBuffer.allocate(10), 0)).hasMessage("Input/output error");
        }
        disk.faults().clear();
        assertThat(file.read(ByteBuffer.allocate(10), 0)).isEqualTo(10);
    }

    @Test
    void oneSeedGivesOneOutcome() throws IOException {
        assertThat(outcome(11)).isEqualTo(outcome(11));
        assertThat(outcome(11)).isNotEqualTo(outcome(12));
    }

    private static String outcome(long seed) throws IOException {
        SimulatedDisk disk = withHome(seed);
        StringBuilder outcome = new StringBuilder();
        for (int round = 0; round < 20; round++) {
            DiskFile file = disk.openForWriting(FILE);
            disk.syncDirectory(HOME);
            file.write(ByteBuffer.wrap(filled(round, 20_000)), 100);
            disk.crash();
            outcome.append(Arrays.hashCode(disk.surgery().contents(FILE))).append(' ');
            disk = disk.afterCrash();
        }
        return outcome.toString();
    }

    @Test
    void damageIsWhatWasAskedForAndDurable() throws IOException {
        SimulatedDisk disk = withHome(5);
        durableFile(disk, filled(1, 10_000)).close();
        disk.surgery().corrupt(FILE, 5000, 0x80);
        disk.surgery().zero(FILE, 9000, 1000);
        disk.surgery().copyFile(FILE, HOME.resolve("copy"));
        disk.crash(Survival.LOST);
        byte[] expected = filled(1, 10_000);
        expected[5000] = (byte) 0x81;
        Arrays.fill(expected, 9000, 10_000, (byte) 0);
        assertThat(disk.surgery().contents(FILE)).isEqualTo(expected);
        assertThat(disk.surgery().contents(HOME.resolve("copy"))).isEqualTo(expected);
    }

    @Test
    void movesToARealDirectoryAndBack(@org.junit.jupiter.api.io.TempDir Path real) throws IOException {
        SimulatedDisk disk = withHome(5);
        disk.createDirectories(HOME.resolve("sub"));
        disk.surgery().put(FILE, filled(1, 10_000));
        disk.surgery().put(HOME.resolve("sub/g"), filled(2, 10));
        disk.surgery().copyTo(HOME, real);
        SimulatedDisk back = new SimulatedDisk(6);
        back.surgery().copyFrom(real, Path.of("/a/b"));
        back.crash(Survival.LOST);
        assertThat(back.surgery().contents(Path.of("/a/b/f"))).isEqualTo(filled(1, 10_000));
        assertThat(back.surgery().contents(Path.of("/a/b/sub/g"))).isEqualTo(filled(2, 10));
    }

    @Test
    void listenerMayCrashTheDiskBeforeAnOperation() throws IOException {
        SimulatedDisk disk = withHome(5);
        DiskFile file = durableFile(disk, filled(1, 512));
        disk.listener(event -> {
            if (event.kind() == IoEvent.Kind.SYNC) {
                disk.crash(Survival.LOST);
            }
        });
        file.write(ByteBuffer.wrap(filled(2, 512)), 0);
        assertThatThrownBy(file::sync).isInstanceOf(PowerCut.class);
        assertThat(disk.surgery().contents(FILE)).isEqualTo(filled(1, 512));
        assertThat(disk.traceText()).endsWith("WRITE /spool/f [0, 512)");
    }

    @Test
    void missingFilesAreNamed() throws IOException {
        SimulatedDisk disk = withHome(5);
        assertThatThrownBy(() -> disk.openForReading(FILE)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> disk.delete(FILE)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> disk.openForWriting(Path.of("/none/f"))).isInstanceOf(NoSuchFileException.class);
        assertThat(disk.list(Path.of("/none"))).isEmpty();
        assertThat(disk.fileKey(Path.of("/spool/../spool"))).isEqualTo(disk.fileKey(HOME));
        assertThat(new SimulatedDisk(1).fileKey(Path.of("/"))).isNotEqualTo(disk.fileKey(Path.of("/")));
    }
}
