package dev.spool.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.SpoolId;
import dev.spool.engine.ledger.BodyDigest;
import dev.spool.engine.ledger.Ledger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

@EachBackend
class VerifyCommandTest {

    @Parameter
    private Spools spools;

    @TempDir
    private Path temporary;

    private Path directory;
    private Path acks;
    private List<SpoolId> ids;

    @BeforeEach
    void storesThreeMessagesAsItsLedgerSays() throws Exception {
        directory = temporary.resolve("spool");
        acks = temporary.resolve("acks");
        String[] texts = {"one", Spools.DISTINCTIVE, "three"};
        ids = spools.store(directory, texts);
        try (Ledger ledger = Ledger.append(acks)) {
            for (int i = 0; i < texts.length; i++) {
                BodyDigest digest = BodyDigest.of(texts[i].getBytes(StandardCharsets.UTF_8));
                ledger.storing(ids.get(i), digest);
                ledger.stored(ids.get(i), digest);
            }
        }
    }

    @Test
    void aSpoolAsItsLedgerSaysIsFine() {
        assertThat(verify().mustSucceed().out())
                .isEqualTo("{\"stored\":3,\"removed\":0,\"lost\":0,\"wrong\":0,\"resurrected\":0,\"corrupt\":0}\n");
        assertThat(CommandRun.of("verify", "--dir", directory, "--acks", acks)
                        .mustSucceed()
                        .out())
                .isEqualTo("stored 3, removed 0, lost 0, wrong 0, resurrected 0, corrupt 0\n");
    }

    @Test
    void changesNothing() throws Exception {
        var before = Spools.snapshot(directory);
        verify().mustSucceed();
        Spools.assertUnchanged(directory, before);
    }

    @Test
    void aLostMessageIsADifference() throws Exception {
        CommandRun.of("rm", "--dir", directory, ids.get(0)).mustSucceed();
        CommandRun run = verify();
        assertThat(run.code()).isEqualTo(4);
        assertThat(run.json().get(0)).containsEntry("stored", 2L).containsEntry("lost", 1L);
        assertThat(run.err()).contains("lost: message " + ids.get(0)).hasLineCount(1);
    }

    @Test
    void aResurrectedMessageIsADifference() throws Exception {
        append("r " + ids.get(0) + "\nR " + ids.get(0) + "\n");
        assertThat(verify().json().get(0)).containsEntry("stored", 2L).containsEntry("resurrected", 1L);
        assertThat(verify().code()).isEqualTo(4);
    }

    @Test
    void aWrongMessageIsADifference() throws Exception {
        append("S " + ids.get(0) + " 9 " + "ab".repeat(32) + "\n");
        assertThat(verify().json().get(0)).containsEntry("stored", 2L).containsEntry("wrong", 1L);
        assertThat(verify().code()).isEqualTo(4);
    }

    @Test
    void aCorruptMessageIsADifference() throws Exception {
        Spools.damage(directory, Spools.DISTINCTIVE);
        assertThat(verify().json().get(0)).containsEntry("stored", 2L).containsEntry("corrupt", 1L);
        assertThat(verify().code()).isEqualTo(4);
    }

    @Test
    void aLastLineWithoutLineFeedIsIgnored() throws Exception {
        append("R " + ids.get(0));
        verify().mustSucceed();
    }

    @Test
    void aMalformedLedgerIsAFailureThatNamesTheLine() throws Exception {
        append("nonsense\n");
        CommandRun run = verify();
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("line 7").hasLineCount(1);
    }

    @Test
    void aMissingLedgerIsAFailure() throws Exception {
        Files.delete(acks);
        assertThat(verify().code()).isEqualTo(1);
        assertThat(verify().err()).contains("acks: no such file").hasLineCount(1);
    }

    @Test
    void manyDifferencesAreCountedAndFewAreTold() throws Exception {
        for (int i = 0; i < 100; i++) {
            append("S " + SpoolId.next() + " 9 " + "ab".repeat(32) + "\n");
        }
        CommandRun run = verify();
        assertThat(run.json().get(0)).containsEntry("lost", 100L);
        assertThat(run.err().lines()).hasSizeLessThan(30);
    }

    private CommandRun verify() {
        return CommandRun.of("verify", "--dir", directory, "--acks", acks, "--json");
    }

    private void append(String lines) throws Exception {
        Files.writeString(acks, lines, StandardOpenOption.APPEND);
    }
}
