package dev.spool.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolId;
import dev.spool.SpoolIoException;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import dev.spool.testkit.process.ClassPath;
import java.io.IOException;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A library that cannot be loaded is an error that says what to do, and not the end of it. Each test loads it for itself. */
@Timeout(120)
class NativeLibraryTest {

    @TempDir
    Path temp;

    private URLClassLoader classes;
    private SpoolProvider provider;

    /** Another class loader has another {@link NativeLibrary}; the API it shares with this one. */
    @BeforeEach
    void load() throws ReflectiveOperationException {
        ClassLoader shared = SpoolProvider.class.getClassLoader();
        classes = new URLClassLoader(ClassPath.urls(), shared) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                synchronized (getClassLoadingLock(name)) {
                    boolean own = name.startsWith("dev.spool.rocksdb.") || name.startsWith("org.rocksdb.");
                    Class<?> known = findLoadedClass(name);
                    return known != null ? known : own ? findClass(name) : super.loadClass(name, resolve);
                }
            }
        };
        provider = classes.loadClass(RocksSpoolProvider.class.getName())
                .asSubclass(SpoolProvider.class)
                .getConstructor()
                .newInstance();
    }

    @AfterEach
    void close() throws IOException {
        classes.close();
    }

    @Test
    void aDirectoryThatCannotBeWrittenIsNamedTogetherWithTheOption() throws Exception {
        Path file = Files.createFile(temp.resolve("file"));
        assertThatThrownBy(() -> open(file.resolve("below")))
                .isInstanceOf(SpoolIoException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("nativeDirectory");
        assertStores(temp.resolve("made/when/missing"));
    }

    @Test
    void aDirectoryThatForbidsExecutionIsNamedTogetherWithTheOption() throws Exception {
        Path mount = Files.createDirectory(temp.resolve("noexec"));
        Assumptions.assumeTrue(run("mount", "-t", "tmpfs", "-o", "noexec,size=64m", "spool-test", mount.toString()));
        try {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> open(mount))
                        .isInstanceOf(SpoolIoException.class)
                        .hasMessageContaining(mount.toString())
                        .hasMessageContaining("noexec")
                        .hasMessageContaining("nativeDirectory")
                        .hasMessageContaining("libstdc++");
            }
            try (var left = Files.list(mount)) {
                assertThat(left).isEmpty();
            }
        } finally {
            run("umount", "-l", mount.toString());
        }
        assertStores(temp.resolve("exec"));
    }

    @Test
    void nothingOfTheLibraryStaysInItsDirectory() throws Exception {
        Path directory = temp.resolve("natives");
        assertStores(directory);
        assertThat(directory).isEmptyDirectory();
    }

    private void assertStores(Path nativeDirectory) throws Exception {
        SpoolId id = SpoolId.next();
        try (Spool spool = open(nativeDirectory)) {
            spool.blocking().store(id, Message.of(new byte[] {1, 2, 3}));
            assertThat(spool.blocking().load(id)).isPresent();
        }
    }

    private Spool open(Path nativeDirectory) throws IOException {
        SpoolOptions options =
                SpoolOptions.builder().nativeDirectory(nativeDirectory).build();
        return provider.open(temp.resolve("spool"), options);
    }

    /** Whether a command worked; who is not root may not mount. */
    private static boolean run(String... command) throws IOException, InterruptedException {
        try {
            return new ProcessBuilder(List.of(command)).start().waitFor() == 0;
        } catch (IOException notThere) {
            return false;
        }
    }
}
