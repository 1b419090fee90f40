package dev.spool.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolDeadlineException;
import dev.spool.SpoolException;
import dev.spool.SpoolFencedException;
import dev.spool.SpoolFullException;
import dev.spool.SpoolIoException;
import dev.spool.SpoolLockedException;
import dev.spool.SpoolOverloadedException;
import dev.spool.SpoolVersionException;
import dev.spool.cli.scripted.Script;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@EachBackend
class CliTest {

    private static final String ID = "0".repeat(32);

    @Parameter
    private Spools spools;

    @TempDir
    private Path directory;

    @Test
    void printsTheVersionThatTheBuildWrote() {
        CommandRun run = CommandRun.of("--version").mustSucceed();
        assertThat(run.out()).matches("spool \\d+\\.\\d+\\.\\d+\\S*\\n");
    }

    @Test
    void refusesACallWithoutCommand() {
        CommandRun run = CommandRun.of();
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("Usage: spool");
    }

    @Test
    void refusesAnUnknownCommandInOneLine() {
        CommandRun run = CommandRun.of("frobnicate");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("frobnicate").hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "put", "import", "export", "cat", "ls", "rm", "stat", "compact", "copy", "fsck", "stress", "verify",
                "demo"
            })
    void everyCommandHasHelp(String command) {
        CommandRun run = CommandRun.of(command, "--help").mustSucceed();
        assertThat(run.out()).contains("Usage: spool " + command).doesNotContain("null");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "put",
                "import x",
                "export --out x",
                "cat " + "0",
                "ls",
                "rm 0",
                "stat",
                "compact",
                "copy --to x",
                "stress --acks x",
                "verify --acks x"
            })
    void aMissingDirIsUsage(String command) {
        CommandRun run =
                CommandRun.of((Object[]) command.replace(" 0", " " + ID).split(" "));
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("--dir").hasLineCount(1);
        assertThat(run.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"export --out x", "cat 0", "ls", "rm 0", "stat", "compact", "copy --to x", "verify --acks x"})
    void aDirectoryWithoutASpoolIsUsageForCommandsThatMakeNone(String command) {
        Object[] words = (command.replace(" 0", " " + ID) + " --dir " + directory).split(" ");
        CommandRun run = CommandRun.of(words);
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("no spool in").hasLineCount(1);
        assertThat(directory).isEmptyDirectory();
        words[words.length - 1] = directory.resolve("missing").toString();
        assertThat(CommandRun.of(words).code()).isEqualTo(2);
    }

    @Test
    void everyKindOfFailureHasItsExitCode() throws Exception {
        Map<SpoolException, Integer> codes = new LinkedHashMap<>();
        codes.put(new SpoolIoException("disk"), 1);
        codes.put(new SpoolVersionException("x", "9", "1"), 1);
        codes.put(new SpoolOverloadedException("busy"), 1);
        codes.put(new SpoolDeadlineException("late"), 1);
        codes.put(new SpoolFencedException("taken"), 1);
        codes.put(new SpoolCorruptException(null, "x", "checksum"), 4);
        codes.put(new SpoolFullException("full"), 5);
        codes.put(new SpoolLockedException("locked by pid 1; stop it", "pid 1"), 6);
        Script script = Script.in(directory);
        for (Map.Entry<SpoolException, Integer> code : codes.entrySet()) {
            script.openFailure = code.getKey();
            CommandRun run = CommandRun.of("stat", "--dir", directory);
            assertThat(run.code()).describedAs(run.err()).isEqualTo(code.getValue());
            assertThat(run.err()).startsWith("spool stat: ").hasLineCount(1);
        }
    }

    @Test
    void aReaderThatGoesAwayEndsTheCommandQuietly() throws Exception {
        spools.store(directory, "one");
        CommandRun run = CommandRun.into(failing("Broken pipe"), "ls", "--dir", directory);
        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
    }

    @Test
    void anOutputThatFailsIsAFailure() throws Exception {
        spools.store(directory, "one");
        CommandRun run = CommandRun.into(failing("No space left on device"), "ls", "--dir", directory);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err())
                .contains("standard output")
                .contains("No space left on device")
                .hasLineCount(1);
    }

    @Test
    void readingCommandsWorkBesideAnOwnerAndChangeNothing() throws Exception {
        List<dev.spool.SpoolId> ids = spools.store(directory, "one", "two");
        Map<String, byte[]> before = Spools.snapshot(directory);
        Path out = directory.resolveSibling(directory.getFileName() + "-out");
        for (Object[] command : new Object[][] {
            {"ls", "--dir", directory},
            {"cat", "--dir", directory, ids.get(0)},
            {"stat", "--dir", directory},
            {"export", "--dir", directory, "--out", out.resolve("mail")},
            {"copy", "--dir", directory, "--to", out.resolve("copy")},
            {"fsck", "--dir", directory}
        }) {
            CommandRun.of(command).mustSucceed();
            Spools.assertUnchanged(directory, before);
        }
        try (var owner = spools.open(directory)) {
            assertThat(owner.unhealthyReason()).isNull();
            assertThat(CommandRun.of("ls", "--dir", directory).mustSucceed().lines())
                    .hasSize(2);
            assertThat(CommandRun.of("cat", "--dir", directory, ids.get(1)).out())
                    .isEqualTo("two");
            assertThat(CommandRun.of("rm", "--dir", directory, ids.get(1)).code())
                    .isEqualTo(6);
            assertThat(CommandRun.of("fsck", "--dir", directory).code()).isEqualTo(8);
        }
    }

    private static OutputStream failing(String message) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(message);
            }
        };
    }
}
