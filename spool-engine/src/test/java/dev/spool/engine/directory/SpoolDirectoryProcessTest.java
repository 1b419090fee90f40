package dev.spool.engine.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.Fingerprint;
import dev.spool.SpoolLockedException;
import dev.spool.SpoolOptions;
import dev.spool.engine.io.EngineClock;
import dev.spool.engine.io.SystemDisk;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ownership between real processes and class loaders, on this machine's disk. */
class SpoolDirectoryProcessTest {

    @TempDir
    Path home;

    private final List<Process> children = new ArrayList<>();

    @AfterEach
    void endChildren() throws InterruptedException {
        for (Process child : children) {
            child.destroyForcibly().waitFor();
        }
    }

    private SpoolDirectory open() throws IOException {
        return SpoolDirectory.open(Site.of(home), new Format("file", 1), SpoolOptions.DEFAULTS, Evidence.NONE);
    }

    private Process child() throws IOException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LockHolder.class.getName(),
                        home.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        children.add(child);
        return child;
    }

    private static String firstLine(Process child) throws IOException {
        BufferedReader reader = child.inputReader(StandardCharsets.UTF_8);
        return reader.readLine();
    }

    @Test
    void secondProcessIsToldTheHoldersPidAndTheFirstKeepsTheLock() throws Exception {
        Process holder = child();
        assertThat(firstLine(holder)).isEqualTo("opened after NONE");
        assertThatThrownBy(this::open)
                .isInstanceOf(SpoolLockedException.class)
                .hasMessageContaining("pid " + holder.pid() + " on host ");
        // A second try, because the first closed a channel on the lock file.
        assertThatThrownBy(this::open).isInstanceOf(SpoolLockedException.class);
        assertThat(firstLine(child())).startsWith("refused because of pid " + holder.pid());
        holder.getOutputStream().close();
        assertThat(holder.waitFor(1, TimeUnit.MINUTES)).isTrue();
        SpoolDirectory directory = open();
        assertThat(directory.predecessor()).isEqualTo(Predecessor.RELEASED);
        assertThat(firstLine(child()))
                .startsWith("refused because of pid " + ProcessHandle.current().pid());
        directory.abandon();
    }

    @Test
    void killedHolderLeavesTheDirectoryToTheNextAndIsKnownToBeDead() throws Exception {
        Assumptions.assumeTrue(Files.exists(Path.of("/proc/self/stat")), "elsewhere a boot id is not known");
        Process holder = child();
        assertThat(firstLine(holder)).isEqualTo("opened after NONE");
        holder.destroyForcibly().waitFor();
        SpoolDirectory directory = open();
        assertThat(directory.predecessor()).isEqualTo(Predecessor.DEAD);
        assertThat(directory.epoch()).isEqualTo(2);
        directory.abandon();
        SpoolDirectory again = open();
        assertThat(again.predecessor()).as("this very process").isEqualTo(Predecessor.UNKNOWN);
        again.abandon();
    }

    @Test
    void refusedOpensInThisProcessDoNotCostItsLock() throws Exception {
        SpoolDirectory directory = open();
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(this::open)
                    .isInstanceOf(SpoolLockedException.class)
                    .hasMessageContaining("already open in this process");
        }
        assertThat(SpoolDirectory.inspect(Site.of(home).disk(), home).epoch()).isEqualTo(1);
        assertThat(firstLine(child())).startsWith("refused because of pid");
        directory.abandon();
    }

    @Test
    void secondClassLoaderIsRefusedAndTheFirstKeepsTheLock() throws Exception {
        SpoolDirectory directory = open();
        try (URLClassLoader loader = otherLoader()) {
            Class<?> other = loader.loadClass(LockHolder.class.getName());
            assertThat(other).isNotSameAs(LockHolder.class);
            Method tryOpen = other.getDeclaredMethod("tryOpen", Path.class);
            tryOpen.setAccessible(true);
            Path link = Files.createSymbolicLink(home.resolveSibling(home.getFileName() + "-link"), home);
            for (Path path : List.of(home, link)) {
                assertThat((String) tryOpen.invoke(null, path))
                        .contains("already open in this process")
                        .contains("thread " + Thread.currentThread().getName());
            }
            Files.delete(link);
            assertThat(firstLine(child())).startsWith("refused because of pid");
            directory.release(Fingerprint.of(new byte[32]), ByteBuffer.allocate(0));
            assertThat((String) tryOpen.invoke(null, home)).isEmpty();
            assertThatThrownBy(this::open).isInstanceOf(SpoolLockedException.class);
            assertThat(firstLine(child())).startsWith("refused because of pid");
        }
    }

    /** A loader that shares nothing with this one but the JDK. */
    private static URLClassLoader otherLoader() throws IOException {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        return new URLClassLoader(urls.toArray(new URL[0]), ClassLoader.getPlatformClassLoader());
    }

    @Test
    void interruptedThreadOpensWritesAndReleasesAndKeepsItsFlag() throws Exception {
        Thread.currentThread().interrupt();
        try {
            SpoolDirectory directory = open();
            directory.updateNote(any -> ByteBuffer.allocate(100));
            assertThat(directory.stillMine()).isTrue();
            directory.release(Fingerprint.of(new byte[32]), ByteBuffer.allocate(0));
            directory.retake();
            directory.release(Fingerprint.of(new byte[32]), ByteBuffer.allocate(0));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void interruptsInTheMiddleOfNotesLoseNone() throws Exception {
        SpoolDirectory directory = open();
        Thread writer = Thread.currentThread();
        Thread pest = new Thread(() -> {
            for (int i = 0; i < 300; i++) {
                writer.interrupt();
                Thread.onSpinWait();
            }
        });
        pest.start();
        int written = 0;
        while (pest.isAlive() || written < 20) {
            int next = ++written;
            directory.updateNote(any -> ByteBuffer.allocate(4).putInt(next).flip());
            assertThat(directory.stillMine()).isTrue();
        }
        Thread.interrupted();
        pest.join();
        directory.abandon();
        SpoolDirectory next = open();
        assertThat(next.note().getInt()).isEqualTo(written);
        next.abandon();
    }

    @Test
    void checkingTheEpochAllocatesNothing() throws Exception {
        // A clock that stands still: looking at the path now and then does allocate.
        EngineClock standing = new EngineClock() {
            @Override
            public long nanoTime() {
                return 0;
            }

            @Override
            public Instant now() {
                return Instant.EPOCH;
            }
        };
        SpoolDirectory directory = SpoolDirectory.open(
                new Site(SystemDisk.INSTANCE, home, standing, Processes.SYSTEM),
                new Format("file", 1),
                SpoolOptions.DEFAULTS,
                Evidence.NONE);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < 20_000; i++) {
            directory.stillMine();
        }
        int calls = 20_000;
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < calls; i++) {
            assert directory.stillMine();
        }
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(bytes).isLessThan(calls);
        directory.abandon();
    }

    @Test
    void propertiesHoldNoClaimOnceTheDirectoryIsGivenUp() throws Exception {
        open().abandon();
        assertThat(System.getProperties().stringPropertyNames()).noneMatch(name -> name.startsWith("dev.spool.open."));
    }
}
