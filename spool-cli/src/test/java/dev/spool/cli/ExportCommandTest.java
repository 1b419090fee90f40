package dev.spool.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.SpoolId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

@EachBackend
class ExportCommandTest {

    @Parameter
    private Spools spools;

    @TempDir
    private Path temporary;

    private Path directory;
    private Path out;

    @BeforeEach
    void namesPlacesThatAreMissing() {
        directory = temporary.resolve("spool");
        out = temporary.resolve("deep/out");
    }

    @Test
    void writesEachMessageToAFileNamedByItsId() throws Exception {
        List<SpoolId> ids = spools.store(directory, "one\r\n", "");
        CommandRun run =
                CommandRun.of("export", "--dir", directory, "--out", out).mustSucceed();
        assertThat(run.lines())
                .singleElement()
                .asString()
                .contains("2 messages")
                .contains("5 bytes");
        assertThat(out.resolve(ids.get(0) + ".eml")).hasContent("one\r\n");
        assertThat(out.resolve(ids.get(1) + ".eml")).isEmptyFile();
        assertThat(out.toFile().list()).hasSize(2);
    }

    @Test
    void replacesFilesOfThatNameAndLeavesOthersAlone() throws Exception {
        List<SpoolId> ids = spools.store(directory, "one");
        Files.createDirectories(out);
        Files.writeString(out.resolve(ids.get(0) + ".eml"), "something much longer than before");
        Files.writeString(out.resolve("other"), "other");
        CommandRun.of("export", "--dir", directory, "--out", out).mustSucceed();
        assertThat(out.resolve(ids.get(0) + ".eml")).hasContent("one");
        assertThat(out.resolve("other")).hasContent("other");
    }

    @Test
    void goesOnPastDamage() throws Exception {
        List<SpoolId> ids = spools.store(directory, "one", Spools.DISTINCTIVE, "three");
        Spools.damage(directory, Spools.DISTINCTIVE);
        CommandRun run = CommandRun.of("export", "--dir", directory, "--out", out);
        assertThat(run.code()).isEqualTo(4);
        assertThat(run.err()).contains(ids.get(1).toString()).hasLineCount(1);
        assertThat(out.toFile().list()).hasSize(2).doesNotContain(ids.get(1) + ".eml");
    }

    @Test
    void refusesToWriteIntoTheSpool() throws Exception {
        spools.store(directory, "one");
        var before = Spools.snapshot(directory);
        CommandRun run = CommandRun.of("export", "--dir", directory, "--out", directory.resolve("a/b"));
        assertThat(run.code()).isEqualTo(2);
        Spools.assertUnchanged(directory, before);
    }

    @Test
    void anOutThatIsAFileIsAFailure() throws Exception {
        spools.store(directory, "one");
        Path file = Files.createFile(temporary.resolve("file"));
        CommandRun run = CommandRun.of("export", "--dir", directory, "--out", file);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).hasLineCount(1);
    }
}
