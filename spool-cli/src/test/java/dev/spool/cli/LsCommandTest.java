package dev.spool.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolEntry;
import dev.spool.SpoolId;
import dev.spool.StoreOptions;
import dev.spool.cli.scripted.Script;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

@EachBackend
class LsCommandTest {

    @Parameter
    private Spools spools;

    @TempDir
    private Path directory;

    @Test
    void listsAllFieldsOfAMessageAsJson() throws Exception {
        SpoolId id = SpoolId.next();
        try (Spool spool = spools.open(directory)) {
            Message message = Message.of(ByteBuffer.allocate(7), ByteBuffer.allocate(3));
            StoreOptions options = StoreOptions.DEFAULT.withStoredAt(Instant.parse("2020-01-02T03:04:05Z"));
            spool.blocking().store(id, message, options);
        }
        CommandRun run = CommandRun.of("ls", "--dir", directory, "--json").mustSucceed();
        assertThat(run.out())
                .isEqualTo("{\"id\":\"" + id + "\",\"size\":7,\"envelopeSize\":3,"
                        + "\"storedAt\":\"2020-01-02T03:04:05.000Z\",\"state\":\"ok\",\"error\":null}\n");
    }

    @Test
    void anEmptySpoolHasNoLines() throws Exception {
        spools.open(directory).close();
        assertThat(CommandRun.of("ls", "--dir", directory).mustSucceed().out()).isEmpty();
        assertThat(CommandRun.of("ls", "--dir", directory, "--json")
                        .mustSucceed()
                        .out())
                .isEmpty();
    }

    @Test
    void aDamagedBodyIsListedAsCorruptAmongTheOthers() throws Exception {
        List<SpoolId> ids = spools.store(directory, "one", Spools.DISTINCTIVE, "three");
        Spools.damage(directory, Spools.DISTINCTIVE);
        CommandRun run = CommandRun.of("ls", "--dir", directory, "--json");
        assertThat(run.code()).isEqualTo(4);
        assertThat(run.err()).contains(ids.get(1).toString()).hasLineCount(1);
        assertThat(run.json()).hasSize(3).filteredOn("state", "ok").hasSize(2);
        assertThat(run.json())
                .filteredOn("state", "corrupt")
                .singleElement()
                .satisfies(entry -> assertThat(entry)
                        .containsEntry("id", ids.get(1).toString())
                        .containsEntry("size", (long) Spools.DISTINCTIVE.length())
                        .hasEntrySatisfying(
                                "error", error -> assertThat(error).asString().contains("CRC")));
        assertThat(CommandRun.of("ls", "--dir", directory).out()).contains("corrupt");
    }

    @Test
    void whatIsNotKnownOfADamagedEntryIsNull() throws Exception {
        Script script = Script.in(directory);
        script.moreEntries.add(new SpoolEntry.Corrupt(null, "segment 1", "unreadable"));
        script.messages.put(SpoolId.next(), Spools.message("one"));
        CommandRun run = CommandRun.of("ls", "--dir", directory, "--json");
        assertThat(run.code()).isEqualTo(4);
        Map<String, Object> corrupt = run.json().get(1);
        assertThat(corrupt.keySet()).containsExactly("id", "size", "envelopeSize", "storedAt", "state", "error");
        assertThat(corrupt)
                .containsEntry("id", null)
                .containsEntry("size", null)
                .containsEntry("envelopeSize", null)
                .containsEntry("storedAt", null)
                .containsEntry("state", "corrupt")
                .containsEntry("error", "segment 1: unreadable");
    }

    @Test
    void aScanThatCouldNotBeCompleteIsToldByTheExitCode() throws Exception {
        Script script = Script.in(directory);
        script.messages.put(SpoolId.next(), Spools.message("one"));
        script.whyNotComplete = "segment 9 is missing";
        CommandRun run = CommandRun.of("ls", "--dir", directory);
        assertThat(run.code()).isEqualTo(4);
        assertThat(run.lines()).hasSize(1);
        assertThat(run.err()).contains("segment 9 is missing").hasLineCount(1);
    }
}
