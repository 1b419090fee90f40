package dev.spool.engine.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemDiskTest {

    private final Disk disk = SystemDisk.INSTANCE;

    @TempDir
    Path directory;

    @AfterEach
    void takeTheInterruptOff() {
        Thread.interrupted();
    }

    @Test
    void gatheredWriteLandsInOrderWhereAskedEvenPastTheSystemsLimitOfSources() throws IOException {
        ByteBuffer[] sources = new ByteBuffer[5000];
        for (int i = 0; i < sources.length; i++) {
            sources[i] = i % 7 == 0 ? ByteBuffer.allocate(0) : ByteBuffer.wrap(new byte[] {(byte) i, (byte) (i >> 8)});
        }
        try (DiskFile file = disk.openForWriting(directory.resolve("f"))) {
            file.write(sources, 4000, 10);
            file.sync();
            int written = 0;
            for (int i = 0; i < 4000; i++) {
                assertThat(sources[i].hasRemaining()).isFalse();
                written += sources[i].limit();
            }
            assertThat(file.size()).isEqualTo(10 + written);
            ByteBuffer read = ByteBuffer.allocate(written);
            assertThat(file.read(read, 10)).isEqualTo(written);
            read.flip();
            for (int i = 0; i < 4000; i++) {
                if (i % 7 != 0) {
                    assertThat(read.get()).isEqualTo((byte) i);
                    assertThat(read.get()).isEqualTo((byte) (i >> 8));
                }
            }
            assertThat(sources[4001].hasRemaining()).as("past the count").isTrue();
        }
    }

    @Test
    void readStopsAtTheEndAndAtTheLimit() throws IOException {
        Path path = Files.write(directory.resolve("f"), new byte[700_000]);
        try (DiskFile file = disk.openForReading(path)) {
            ByteBuffer target = ByteBuffer.allocate(900_000);
            target.position(5).limit(600_005);
            assertThat(file.read(target, 0)).isEqualTo(600_000);
            assertThat(target.limit()).isEqualTo(600_005);
            target.clear();
            assertThat(file.read(target, 100_000)).isEqualTo(600_000);
            assertThat(file.read(target, 700_000)).isZero();
            assertThat(file.read(target, 1L << 40)).isZero();
            assertThat(file.size()).isEqualTo(700_000);
        }
    }

    @Test
    void interruptedReaderReadsAndKeepsItsFlag() throws IOException {
        Path path = Files.write(directory.resolve("f"), new byte[] {1, 2, 3});
        try (DiskFile file = disk.openForReading(path)) {
            Thread.currentThread().interrupt();
            ByteBuffer target = ByteBuffer.allocate(3);
            assertThat(file.read(target, 0)).isEqualTo(3);
            assertThat(target.array()).containsExactly(1, 2, 3);
            assertThat(file.size()).isEqualTo(3);
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        }
    }

    @Test
    void interruptsInTheMiddleOfReadsHurtNoReader() throws Exception {
        byte[] content = new byte[1 << 20];
        new java.util.Random(7).nextBytes(content);
        Path path = Files.write(directory.resolve("f"), content);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        AtomicBoolean stop = new AtomicBoolean();
        try (DiskFile file = disk.openForReading(path)) {
            List<Thread> readers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                boolean direct = i % 2 == 0;
                readers.add(new Thread(() -> readUntil(stop, file, content, direct, failure)));
            }
            readers.forEach(Thread::start);
            for (int i = 0; i < 3000; i++) {
                readers.get(i % 2).interrupt();
                Thread.onSpinWait();
            }
            stop.set(true);
            for (Thread reader : readers) {
                reader.join();
            }
        }
        assertThat(failure.get()).isNull();
    }

    private static void readUntil(
            AtomicBoolean stop, DiskFile file, byte[] content, boolean direct, AtomicReference<Throwable> failure) {
        ByteBuffer target = direct ? ByteBuffer.allocateDirect(content.length) : ByteBuffer.allocate(content.length);
        try {
            while (!stop.get()) {
                target.clear();
                assertThat(file.read(target, 0)).isEqualTo(content.length);
                assertThat(target.flip()).isEqualTo(ByteBuffer.wrap(content));
            }
        } catch (Throwable e) {
            failure.set(e);
        }
    }

    @Test
    void closedFileIsNotOpenedAgain() throws IOException {
        DiskFile file = disk.openForReading(Files.write(directory.resolve("f"), new byte[1]));
        file.close();
        assertThatThrownBy(() -> file.read(ByteBuffer.allocate(1), 0))
                .isInstanceOf(java.nio.channels.ClosedChannelException.class);
    }

    @Test
    void readingFileRefusesToWrite() throws IOException {
        try (DiskFile file = disk.openForReading(Files.write(directory.resolve("f"), new byte[1]))) {
            assertThatThrownBy(() -> file.write(ByteBuffer.allocate(1), 0))
                    .isInstanceOf(NonWritableChannelException.class);
        }
    }

    @Test
    void openForReadingOfNothingFails() {
        assertThatThrownBy(() -> disk.openForReading(directory.resolve("none")))
                .isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> disk.delete(directory.resolve("none"))).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void onlyTheOwnerMayReadWhatIsMade() throws IOException {
        Assumptions.assumeTrue(
                directory.getFileSystem().supportedFileAttributeViews().contains("posix"));
        Path made = directory.resolve("a/b/c");
        disk.createDirectories(made);
        disk.createDirectories(made);
        disk.openForWriting(made.resolve("f")).close();
        disk.tryLock(made.resolve("l")).close();
        assertThat(Files.getPosixFilePermissions(directory.resolve("a")))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(Files.getPosixFilePermissions(made)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        for (String name : List.of("f", "l")) {
            assertThat(Files.getPosixFilePermissions(made.resolve(name)))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        }
    }

    @Test
    void listsSortedPathsAndNothingForAMissingDirectory() throws IOException {
        Files.write(directory.resolve("b"), new byte[0]);
        Files.write(directory.resolve("a"), new byte[0]);
        assertThat(disk.list(directory)).containsExactly(directory.resolve("a"), directory.resolve("b"));
        assertThat(disk.list(directory.resolve("none"))).isEmpty();
        assertThat(disk.exists(directory.resolve("a"))).isTrue();
        assertThat(disk.exists(directory.resolve("none"))).isFalse();
    }

    @Test
    void renameReplacesItsTarget() throws IOException {
        Files.write(directory.resolve("a"), new byte[] {1});
        Files.write(directory.resolve("b"), new byte[] {2});
        disk.rename(directory.resolve("a"), directory.resolve("b"));
        disk.syncDirectory(directory);
        assertThat(disk.list(directory)).containsExactly(directory.resolve("b"));
        assertThat(Files.readAllBytes(directory.resolve("b"))).containsExactly(1);
    }

    @Test
    void volumeIsDescribedForADirectoryThatIsStillMissing() throws IOException {
        Path missing = directory.resolve("x/y");
        assertThat(disk.totalBytes(missing)).isGreaterThan(0);
        assertThat(disk.usableBytes(missing)).isBetween(0L, disk.totalBytes(missing));
        assertThat(disk.filesystemType(missing)).isNotBlank().isLowerCase();
    }

    @Test
    void lockIsHeldOnceAndNoLongerWhenItsFileWasReplaced() throws IOException {
        Path path = directory.resolve("lock");
        try (DiskLock lock = disk.tryLock(path)) {
            assertThat(lock.isHeld()).isTrue();
            assertThat(disk.tryLock(path)).isNull();
            assertThat(lock.isHeld()).isTrue();
            Files.move(path, directory.resolve("away"));
            assertThat(lock.isHeld()).isFalse();
            Files.write(path, new byte[0]);
            assertThat(lock.isHeld()).isFalse();
        }
        DiskLock again = disk.tryLock(path);
        assertThat(again.isHeld()).isTrue();
        again.close();
        assertThat(again.isHeld()).isFalse();
    }

    @Test
    void replacedFileIsNeverReadInPlaceOfTheOneThatWasOpened() throws Exception {
        Path path = Files.write(directory.resolve("f"), new byte[] {1});
        try (DiskFile file = disk.openForReading(path)) {
            Files.write(directory.resolve("g"), new byte[] {2});
            Files.move(directory.resolve("g"), path, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            ByteBuffer target = ByteBuffer.allocate(1);
            file.read(target, 0);
            assertThat(target.get(0)).as("still the file that was opened").isEqualTo((byte) 1);
        }
    }

    @Test
    void fileHasOneKeyByWhateverPathItIsReached() throws IOException {
        Path made = Files.createDirectory(directory.resolve("d"));
        Path other = Files.createDirectory(directory.resolve("e"));
        assertThat(disk.fileKey(directory.resolve("e/../d"))).isEqualTo(disk.fileKey(made));
        assertThat(disk.fileKey(other)).isNotEqualTo(disk.fileKey(made));
        Path link = Files.createSymbolicLink(directory.resolve("link"), made);
        assertThat(disk.fileKey(link)).isEqualTo(disk.fileKey(made));
    }
}
