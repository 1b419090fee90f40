package dev.spool.lmdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolOptions;
import dev.spool.testkit.process.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the native library comes from, and what is said when it does not. Each in a process of its own, which loads it once. */
class NativeLibraryTest {

    private static final String NONE = "-";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path temp;

    @Test
    void aLibraryThatCannotBeUnpackedIsATypedErrorThatSaysWhatToDo() {
        assertThat(open(temp.resolve("missing"), NONE))
                .startsWith("dev.spool.SpoolIoException")
                .contains("nativeDirectory", temp.resolve("missing").toString(), System.getProperty("os.arch"));
    }

    @Test
    void oneOptionSetsWhereAllLibrariesAreUnpackedAndNoneStaysThere() {
        Path libraries = temp.resolve("made/for/it");
        // Nothing can have been unpacked to the temporary directory, which is missing.
        assertThat(open(temp.resolve("missing"), libraries.toString())).isEqualTo("opened");
        assertThat(libraries).isEmptyDirectory();
    }

    @Test
    void aProcessThatIsKilledLeavesNoLibraryBehind() throws Exception {
        Path temporary = Files.createDirectory(temp.resolve("temporary"));
        List<String> arguments =
                List.of(temporary.toString(), temp.resolve("spool").toString(), NONE);
        try (ChildJvm child = ChildJvm.start(Opener.class, arguments)) {
            assertThat(child.hear()).isEqualTo("opened");
            child.kill();
        }
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void theLibraryIsFoundFromAThreadWhoseContextClassLoaderLacksIt() throws Exception {
        Path temporary = Files.createDirectory(temp.resolve("temporary"));
        List<String> arguments =
                List.of(temporary.toString(), temp.resolve("spool").toString(), NONE, "platform");
        try (ChildJvm child = ChildJvm.start(Opener.class, arguments)) {
            assertThat(child.hear()).isEqualTo("opened");
            child.kill();
        }
    }

    @Test
    void aDirectoryThatCannotBeMadeIsNamed() throws Exception {
        Path file = Files.createFile(temp.resolve("file"));
        assertThat(open(temp, file.resolve("below").toString()))
                .startsWith("dev.spool.SpoolIoException")
                .contains(file.resolve("below").toString());
    }

    @Test
    void aProcessThatRunsOnMuslGetsTheLibraryForMusl() {
        String launcher = "55e0-55e1 r--p 00000000 08:01 42  /usr/lib/jvm/bin/java";
        String musl = "7f00-7f01 r-xp 00000000 08:01 43  /lib/ld-musl-aarch64.so.1";
        String library = Objects.requireNonNull(NativeLibrary.muslLibrary(List.of(launcher, musl)));
        assertThat(library).isEqualTo("org/lmdbjava/native/aarch64-linux-musl.so");
        assertThat(ClassLoader.getSystemResource(library)).isNotNull();
        assertThat(NativeLibrary.muslLibrary(List.of(launcher))).isNull();
    }

    private String open(Path temporary, String libraries) {
        List<String> arguments =
                List.of(temporary.toString(), temp.resolve("spool").toString(), libraries);
        try (ChildJvm child = ChildJvm.start(Opener.class, arguments)) {
            return child.hear();
        }
    }

    /** Opens a spool, says how it went, and stays until it is killed or its input ends. */
    public static final class Opener {

        private Opener() {}

        public static void main(String[] arguments) throws Exception {
            System.setProperty("java.io.tmpdir", arguments[0]);
            if (arguments.length > 3) {
                Thread.currentThread().setContextClassLoader(ClassLoader.getPlatformClassLoader());
            }
            SpoolOptions.Builder options = SpoolOptions.builder();
            if (!arguments[2].equals(NONE)) {
                options.nativeDirectory(Path.of(arguments[2]));
            }
            try (Spool spool = new LmdbSpoolProvider().open(Path.of(arguments[1]), options.build())) {
                ChildJvm.say(spool.unhealthyReason() == null ? "opened" : "unhealthy");
                System.in.read();
            } catch (SpoolException e) {
                ChildJvm.say(String.valueOf(e).replace('\n', ' '));
            }
        }
    }
}
