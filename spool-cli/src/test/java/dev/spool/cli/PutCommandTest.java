package dev.spool.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Spool;
import dev.spool.SpoolFullException;
import dev.spool.SpoolLockedException;
import dev.spool.cli.scripted.Script;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

@EachBackend
class PutCommandTest {

    @Parameter
    private Spools spools;

    @TempDir
    private Path temporary;

    private Path directory;

    @BeforeEach
    void namesASpoolThatIsMissing() {
        directory = temporary.resolve("spool");
    }

    @Test
    void storesEachFileAndPrintsAnIdALine() throws Exception {
        Path one = Files.writeString(temporary.resolve("one"), "first");
        Path two = Files.writeString(temporary.resolve("two"), "second\r\n");
        List<String> ids = CommandRun.of("put", "--dir", directory, "--backend", spools.backend(), one, two)
                .mustSucceed()
                .lines();
        assertThat(ids).hasSize(2).allMatch(id -> id.matches("[0-9a-f]{32}"));
        assertThat(CommandRun.of("cat", "--dir", directory, ids.get(0)).out()).isEqualTo("first");
        assertThat(CommandRun.of("cat", "--dir", directory, ids.get(1)).out()).isEqualTo("second\r\n");
    }

    @Test
    void storesStandardInputAsOneMessage() throws Exception {
        byte[] input = new byte[300_000];
        input[299_999] = 7;
        for (Object[] command : new Object[][] {
            {"put", "--dir", directory, "--backend", spools.backend()}, {"put", "--dir", directory, "-"}
        }) {
            String id =
                    CommandRun.withInput(input, command).mustSucceed().lines().get(0);
            assertThat(CommandRun.of("cat", "--dir", directory, id).outBytes()).isEqualTo(input);
        }
    }

    @Test
    void anEmptyInputIsAMessage() {
        String id = CommandRun.of("put", "--dir", directory, "--backend", spools.backend())
                .mustSucceed()
                .lines()
                .get(0);
        assertThat(CommandRun.of("cat", "--dir", directory, id).mustSucceed().outBytes())
                .isEmpty();
    }

    @Test
    void givesTheMessageNoEnvelope() throws Exception {
        CommandRun.of("put", "--dir", directory, "--backend", spools.backend()).mustSucceed();
        assertThat(CommandRun.of("ls", "--dir", directory, "--json").json().get(0))
                .containsEntry("envelopeSize", 0L);
    }

    @Test
    void triesAllFilesAndEndsWithTheFirstFailure() throws Exception {
        Path file = Files.writeString(temporary.resolve("one"), "first");
        CommandRun run = CommandRun.of(
                "put", "--dir", directory, "--backend", spools.backend(), temporary.resolve("missing"), file);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.lines()).hasSize(1);
        assertThat(run.err()).contains("missing: no such file or directory").hasLineCount(1);
    }

    @Test
    void theFirstOfSeveralFailuresGivesTheCode() throws Exception {
        Script script = Script.in(directory);
        script.mutationFailures.add(new SpoolFullException("full"));
        script.mutationFailures.add(new SpoolLockedException("locked", "pid 1"));
        Path file = Files.writeString(temporary.resolve("one"), "first");
        CommandRun run = CommandRun.of("put", "--dir", directory, file, file, file);
        assertThat(run.code()).isEqualTo(5);
        assertThat(run.lines()).hasSize(1);
        assertThat(run.err()).hasLineCount(2);
    }

    @Test
    void aFileThatIsTooLargeIsAFailureAndNotRead() throws Exception {
        Script script = Script.in(directory);
        script.maxMessageBytes = 5;
        Path fits = Files.writeString(temporary.resolve("fits"), "12345");
        Path large = Files.writeString(temporary.resolve("large"), "123456");
        CommandRun run = CommandRun.of("put", "--dir", directory, large, fits);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.lines()).hasSize(1);
        assertThat(run.err()).contains("large").contains("5 bytes");
    }

    @Test
    void theBackendIsRecordedAndFoundAgain() throws Exception {
        CommandRun.of("put", "--dir", directory, "--backend", spools.backend()).mustSucceed();
        CommandRun.of("put", "--dir", directory).mustSucceed();
        CommandRun.of("put", "--dir", directory, "--backend", spools.backend()).mustSucceed();
        assertThat(CommandRun.of("stat", "--dir", directory, "--json").json().get(0))
                .containsEntry("backend", spools.backend())
                .containsEntry("entries", 3L);
    }

    @Test
    void withoutAChoiceTheBackendIsFile() throws Exception {
        CommandRun.of("put", "--dir", directory).mustSucceed();
        assertThat(CommandRun.of("stat", "--dir", directory, "--json").json().get(0))
                .containsEntry("backend", "file");
    }

    @Test
    void anotherBackendThanTheRecordedOneIsUsage() throws Exception {
        CommandRun.of("put", "--dir", directory, "--backend", spools.backend()).mustSucceed();
        CommandRun run = CommandRun.of("put", "--dir", directory, "--backend", "scripted");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains(spools.backend() + ", not scripted").hasLineCount(1);
    }

    @Test
    void anUnknownBackendIsUsageAndMakesNothing() {
        CommandRun run = CommandRun.of("put", "--dir", directory, "--backend", "tape");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("'tape'").contains(spools.backend()).hasLineCount(1);
        assertThat(directory).doesNotExist();
    }

    @Test
    void aSpoolThatAnotherOwnsIsLocked() throws Exception {
        try (Spool owner = spools.open(directory)) {
            assertThat(owner.unhealthyReason()).isNull();
            assertThat(CommandRun.of("put", "--dir", directory).code()).isEqualTo(6);
        }
    }

    @Test
    void anEmptyNameOfADirectoryIsUsage() {
        assertThat(CommandRun.of("put", "--dir", "").code()).isEqualTo(2);
        assertThat(CommandRun.of("ls", "--dir", "").code()).isEqualTo(2);
    }
}
