package dev.spool.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.SpoolFullException;
import dev.spool.cli.scripted.Script;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

@EachBackend
class ImportCommandTest {

    @Parameter
    private Spools spools;

    @TempDir
    private Path temporary;

    private Path directory;
    private Path mail;

    @BeforeEach
    void namesASpoolThatIsMissing() throws Exception {
        directory = temporary.resolve("spool");
        mail = Files.createDirectory(temporary.resolve("mail"));
    }

    @Test
    void anEmlFileIsOneMessageWhateverItsFirstLineSays() throws Exception {
        Path file = Files.writeString(mail.resolve("a.eml"), "From x\n\nFrom y\n>From z\n");
        assertThat(imported(file)).containsExactly("From x\n\nFrom y\n>From z\n");
    }

    @Test
    void aMaildirIsReadFromNewAndCurButNotTmp() throws Exception {
        for (String folder : List.of("cur", "new", "tmp")) {
            Files.createDirectory(mail.resolve(folder));
        }
        Files.writeString(mail.resolve("cur/2.host:2,S"), "seen");
        Files.writeString(mail.resolve("new/1.host"), "fresh");
        Files.writeString(mail.resolve("new/3.host"), "latest");
        Files.writeString(mail.resolve("new/.hidden"), "no message");
        Files.writeString(mail.resolve("tmp/4.host"), "half");
        Files.writeString(mail.resolve("x.eml"), "beside");
        assertThat(imported(mail)).containsExactly("fresh", "seen", "latest");
    }

    @Test
    void anotherDirectoryIsSearchedForEmlInNameOrder() throws Exception {
        Files.createDirectories(mail.resolve("b/deep"));
        Files.writeString(mail.resolve("c.eml"), "last");
        Files.writeString(mail.resolve("a.eml"), "first");
        Files.writeString(mail.resolve("b/deep/z.eml"), "third");
        Files.writeString(mail.resolve("b/a.eml"), "second");
        Files.writeString(mail.resolve("box.mbox"), "From x\n\nnot searched for\n");
        Files.writeString(mail.resolve("a.txt"), "neither");
        assertThat(imported(mail)).containsExactly("first", "second", "third", "last");
    }

    @Test
    void anotherFileIsAMailbox() throws Exception {
        Path box = Files.writeString(mail.resolve("box"), "From a\nS: 1\n\n>From here\n\nFrom b\nS: 2\n\n");
        assertThat(imported(box)).containsExactly("S: 1\n\nFrom here\n", "S: 2\n");
    }

    @Test
    void withoutIdsASummaryLineIsPrinted() throws Exception {
        Files.writeString(mail.resolve("a.eml"), "first");
        CommandRun run = CommandRun.of("import", "--dir", directory, "--backend", spools.backend(), mail)
                .mustSucceed();
        assertThat(run.lines())
                .singleElement()
                .asString()
                .contains("1 messages")
                .contains("5 bytes");
    }

    @Test
    void whatCannotBeReadIsReportedAndSkipped() throws Exception {
        Path good = Files.writeString(mail.resolve("good.eml"), "good");
        Path noMailbox = Files.writeString(mail.resolve("text"), "not a mailbox\n");
        CommandRun run = CommandRun.of(
                "import",
                "--dir",
                directory,
                "--backend",
                spools.backend(),
                mail.resolve("missing"),
                noMailbox,
                mail.resolve("gone.eml"),
                good);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).contains("1 messages").contains("skipped 3");
        assertThat(run.err().lines())
                .satisfiesExactly(
                        line -> assertThat(line).contains("missing: no such file"),
                        line -> assertThat(line).contains("text: not a mailbox"),
                        line -> assertThat(line).contains("gone.eml: no such file"));
    }

    @Test
    void whatIsTooLargeIsReportedAndSkipped() throws Exception {
        Script script = Script.in(directory);
        script.maxMessageBytes = 10;
        Path box =
                Files.writeString(mail.resolve("box"), "From a\n0123456789\n\nFrom b\nsmall\n\nFrom c\n0123456789\n");
        Files.writeString(mail.resolve("a.eml"), "0123456789-");
        Files.writeString(mail.resolve("b.eml"), "0123456789");
        CommandRun run = CommandRun.of("import", "--dir", directory, box, mail);
        assertThat(run.code()).isEqualTo(1);
        assertThat(script.messages).hasSize(2);
        assertThat(run.err())
                .contains("box, message 1")
                .contains("box, message 3")
                .contains("a.eml")
                .hasLineCount(3);
    }

    @Test
    void aFullSpoolEndsTheImportAndIdsArePrintedForWhatIsStored() throws Exception {
        Script script = Script.in(directory);
        Files.writeString(mail.resolve("a.eml"), "first");
        Files.writeString(mail.resolve("b.eml"), "second");
        script.mutationFailures.add(new SpoolFullException("full"));
        CommandRun run = CommandRun.of("import", "--dir", directory, "--ids", mail);
        assertThat(run.code()).isEqualTo(5);
        assertThat(run.lines()).hasSize(1);
    }

    @Test
    void messagesKeepTheTimeOfTheirFile() throws Exception {
        Path file = Files.writeString(mail.resolve("a.eml"), "old");
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2001-02-03T04:05:06.789Z")));
        CommandRun.of("import", "--dir", directory, "--backend", spools.backend(), mail)
                .mustSucceed();
        assertThat(CommandRun.of("ls", "--dir", directory, "--json").json().get(0))
                .containsEntry("storedAt", "2001-02-03T04:05:06.789Z");
    }

    @Test
    void everyExampleMessageComesBackByteForByte() throws Exception {
        Path examples = Path.of("..", "examples", "mail");
        CommandRun.of("import", "--dir", directory, "--backend", spools.backend(), examples)
                .mustSucceed();
        Path out = temporary.resolve("out");
        CommandRun.of("export", "--dir", directory, "--out", out).mustSucceed();
        assertThat(contents(out)).containsExactlyInAnyOrderElementsOf(contents(examples));
    }

    /** The messages in the order in which they were imported. */
    private List<String> imported(Path path) {
        CommandRun run = CommandRun.of("import", "--dir", directory, "--backend", spools.backend(), "--ids", path);
        assertThat(run.code()).describedAs(run.err()).isZero();
        List<String> messages = new ArrayList<>();
        for (String id : run.lines()) {
            messages.add(
                    CommandRun.of("cat", "--dir", directory, id).mustSucceed().out());
        }
        return messages;
    }

    private static List<String> contents(Path directory) throws Exception {
        List<String> contents = new ArrayList<>();
        try (var files = Files.newDirectoryStream(directory, "*.eml")) {
            for (Path file : files) {
                contents.add(java.util.HexFormat.of().formatHex(Files.readAllBytes(file)));
            }
        }
        return contents;
    }
}
