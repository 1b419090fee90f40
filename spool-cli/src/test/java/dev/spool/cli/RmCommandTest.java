package dev.spool.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.SpoolFullException;
import dev.spool.SpoolId;
import dev.spool.cli.scripted.Script;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

@EachBackend
class RmCommandTest {

    @Parameter
    private Spools spools;

    @TempDir
    private Path directory;

    @Test
    void removesMessages() throws Exception {
        List<SpoolId> ids = spools.store(directory, "one", "two", "three");
        CommandRun run =
                CommandRun.of("rm", "--dir", directory, ids.get(0), ids.get(2)).mustSucceed();
        assertThat(run.lines()).singleElement().asString().contains("2 messages");
        assertThat(CommandRun.of("ls", "--dir", directory, "--json").json())
                .singleElement()
                .satisfies(entry ->
                        assertThat(entry).containsEntry("id", ids.get(1).toString()));
    }

    @Test
    void aMissingMessageIsToldAndTheOthersAreRemoved() throws Exception {
        List<SpoolId> ids = spools.store(directory, "one");
        SpoolId missing = SpoolId.next();
        CommandRun run = CommandRun.of("rm", "--dir", directory, missing, ids.get(0));
        assertThat(run.code()).isEqualTo(3);
        assertThat(run.err()).contains("no message " + missing).hasLineCount(1);
        assertThat(CommandRun.of("ls", "--dir", directory).out()).isEmpty();
    }

    @Test
    void anIdNamedTwiceIsRemovedOnce() throws Exception {
        List<SpoolId> ids = spools.store(directory, "one");
        CommandRun.of("rm", "--dir", directory, ids.get(0), ids.get(0)).mustSucceed();
    }

    @Test
    void aDamagedMessageCanBeRemoved() throws Exception {
        List<SpoolId> ids = spools.store(directory, Spools.DISTINCTIVE, "two");
        Spools.damage(directory, Spools.DISTINCTIVE);
        CommandRun run = CommandRun.of("rm", "--dir", directory, ids.get(0));
        assertThat(run.code()).describedAs(run.err()).isZero();
        CommandRun.of("ls", "--dir", directory).mustSucceed();
    }

    @Test
    void theFirstFailureGivesTheCode() throws Exception {
        Script script = Script.in(directory);
        List<SpoolId> ids = List.of(SpoolId.next(), SpoolId.next());
        script.mutationFailures.add(new SpoolFullException("full"));
        CommandRun run = CommandRun.of("rm", "--dir", directory, ids.get(0), ids.get(1));
        assertThat(run.code()).isEqualTo(5);
        assertThat(run.err()).hasLineCount(2);
    }
}
