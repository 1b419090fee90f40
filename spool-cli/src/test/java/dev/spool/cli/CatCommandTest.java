package dev.spool.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.SpoolId;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

@EachBackend
class CatCommandTest {

    @Parameter
    private Spools spools;

    @TempDir
    private Path directory;

    @Test
    void writesTheMessagesOneAfterTheOther() throws Exception {
        List<SpoolId> ids = spools.store(directory, "one\r\n", "two");
        CommandRun run =
                CommandRun.of("cat", "--dir", directory, ids.get(1), ids.get(0)).mustSucceed();
        assertThat(run.out()).isEqualTo("twoone\r\n");
    }

    @Test
    void takesIdsInAnyCase() throws Exception {
        List<SpoolId> ids = spools.store(directory, "one");
        String upper = ids.get(0).toString().toUpperCase(Locale.ROOT);
        assertThat(CommandRun.of("cat", "--dir", directory, upper).mustSucceed().out())
                .isEqualTo("one");
    }

    @Test
    void aMissingMessageIsToldAndTheOthersAreWritten() throws Exception {
        List<SpoolId> ids = spools.store(directory, "one");
        SpoolId missing = SpoolId.next();
        CommandRun run = CommandRun.of("cat", "--dir", directory, missing, ids.get(0));
        assertThat(run.code()).isEqualTo(3);
        assertThat(run.out()).isEqualTo("one");
        assertThat(run.err()).contains("no message " + missing).hasLineCount(1);
    }

    @Test
    void aDamagedMessageIsNeverWritten() throws Exception {
        List<SpoolId> ids = spools.store(directory, "one", Spools.DISTINCTIVE);
        Spools.damage(directory, Spools.DISTINCTIVE);
        CommandRun run = CommandRun.of("cat", "--dir", directory, ids.get(1), SpoolId.next(), ids.get(0));
        assertThat(run.code()).isEqualTo(4);
        assertThat(run.out()).isEqualTo("one");
        assertThat(run.err()).contains(ids.get(1) + " is damaged").hasLineCount(2);
    }

    @Test
    void whatIsNoIdIsUsage() {
        CommandRun run = CommandRun.of("cat", "--dir", directory, "xyz");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("32 hex digits").hasLineCount(1);
    }

    @Test
    void noIdIsUsage() {
        assertThat(CommandRun.of("cat", "--dir", directory).code()).isEqualTo(2);
    }
}
