package dev.spool.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.CheckReport;
import dev.spool.Finding;
import dev.spool.Finding.Severity;
import dev.spool.SpoolId;
import dev.spool.SpoolIoException;
import dev.spool.SpoolLockedException;
import dev.spool.cli.scripted.Script;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

@EachBackend
class FsckCommandTest {

    @Parameter
    private Spools spools;

    @TempDir
    private Path directory;

    @Test
    void aCleanSpoolIsClean() throws Exception {
        spools.store(directory, "one", "two");
        CommandRun run = CommandRun.of("fsck", "--dir", directory, "--json").mustSucceed();
        assertThat(run.out())
                .isEqualTo("{\"type\":\"summary\",\"entries\":2,\"damaged\":0,\"hints\":0,\"quarantined\":0,"
                        + "\"complete\":true}\n");
    }

    @Test
    void damageIsFoundRepairedIntoQuarantineAndThenMentioned() throws Exception {
        List<SpoolId> ids = spools.store(directory, "one", Spools.DISTINCTIVE);
        Spools.damage(directory, Spools.DISTINCTIVE);
        var damaged = Spools.snapshot(directory);
        assertThat(CommandRun.of("fsck", "--dir", directory).code()).isEqualTo(4);
        Spools.assertUnchanged(directory, damaged);
        assertThat(CommandRun.of("fsck", "--dir", directory, "--repair").code()).isEqualTo(1);
        assertThat(directory.resolve("quarantine")).isNotEmptyDirectory();
        CommandRun again = CommandRun.of("fsck", "--dir", directory, "--json");
        assertThat(again.code()).isZero();
        assertThat(again.json().get(again.json().size() - 1))
                .containsEntry("damaged", 0L)
                .hasEntrySatisfying(
                        "quarantined", count -> assertThat((Long) count).isPositive());
        assertThat(CommandRun.of("cat", "--dir", directory, ids.get(0))
                        .mustSucceed()
                        .out())
                .isEqualTo("one");
        assertThat(CommandRun.of("cat", "--dir", directory, ids.get(1)).code()).isEqualTo(3);
    }

    @Test
    void findingsHaveAllFieldsAndUnknownOnesAreNull() throws Exception {
        Script script = Script.in(directory);
        SpoolId id = new SpoolId(0, 0xab);
        script.findings = List.of(
                new Finding(Severity.DAMAGE, "record", "a.seg", 4096, id, "CRC 1, not 2", true),
                new Finding(Severity.HINT, "footer", "b.seg", -1, null, "rebuilt", false),
                new Finding(Severity.NOTE, "tail", "c.seg", 0, null, "torn", false));
        script.report = new CheckReport(7, 1, 1, 2, true, true);
        CommandRun run = CommandRun.of("fsck", "--dir", directory, "--json", "--repair");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.lines())
                .containsExactly(
                        "{\"type\":\"finding\",\"severity\":\"damage\",\"kind\":\"record\",\"path\":\"a.seg\",\"offset\":4096,"
                                + "\"id\":\"" + id + "\",\"message\":\"CRC 1, not 2\",\"repaired\":true}",
                        "{\"type\":\"finding\",\"severity\":\"hint\",\"kind\":\"footer\",\"path\":\"b.seg\",\"offset\":null,"
                                + "\"id\":null,\"message\":\"rebuilt\",\"repaired\":false}",
                        "{\"type\":\"finding\",\"severity\":\"note\",\"kind\":\"tail\",\"path\":\"c.seg\",\"offset\":0,"
                                + "\"id\":null,\"message\":\"torn\",\"repaired\":false}",
                        "{\"type\":\"summary\",\"entries\":7,\"damaged\":1,\"hints\":1,\"quarantined\":2,"
                                + "\"complete\":true}");
        assertThat(CommandRun.of("fsck", "--dir", directory).lines())
                .hasSize(4)
                .first()
                .asString()
                .isEqualTo("damage: a.seg at 4096, message " + id + ": CRC 1, not 2 [repaired]");
    }

    @Test
    void theReportGivesTheExitCode() throws Exception {
        Script script = Script.in(directory);
        script.report = new CheckReport(1, 0, 3, 0, false, true);
        assertThat(fsck()).isEqualTo(0);
        assertThat(fsck("--repair")).isEqualTo(0);
        script.report = new CheckReport(1, 2, 0, 0, false, true);
        assertThat(fsck()).isEqualTo(4);
        assertThat(fsck("--repair")).isEqualTo(4);
        script.report = new CheckReport(1, 2, 0, 2, true, true);
        assertThat(fsck("--repair")).isEqualTo(1);
        script.report = new CheckReport(1, 0, 0, 0, false, false);
        assertThat(fsck()).isEqualTo(8);
        script.openFailure = new SpoolLockedException("locked by pid 1", "pid 1");
        assertThat(fsck()).isEqualTo(8);
        script.openFailure = new SpoolIoException("disk");
        assertThat(fsck()).isEqualTo(8);
    }

    @Test
    void noSpoolMeansThatItCouldNotCheck() {
        assertThat(fsck()).isEqualTo(8);
        directory = directory.resolve("missing");
        assertThat(fsck()).isEqualTo(8);
    }

    @Test
    void wrongUsageHasItsOwnCode() {
        assertThat(CommandRun.of("fsck").code()).isEqualTo(16);
        assertThat(fsck("--frobnicate")).isEqualTo(16);
        assertThat(fsck("superfluous")).isEqualTo(16);
    }

    @Test
    void aReaderThatWentAwayIsNotToldThatAllIsWell() throws Exception {
        spools.store(directory, "one");
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        CommandRun run = CommandRun.into(closed, "fsck", "--dir", directory);
        assertThat(run.code()).isEqualTo(8);
        assertThat(run.err()).isEmpty();
    }

    private int fsck(String... more) {
        Object[] command = new Object[3 + more.length];
        command[0] = "fsck";
        command[1] = "--dir";
        command[2] = directory;
        System.arraycopy(more, 0, command, 3, more.length);
        return CommandRun.of(command).code();
    }
}
