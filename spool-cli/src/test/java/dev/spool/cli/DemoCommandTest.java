package dev.spool.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

@Timeout(300)
@EachBackend
class DemoCommandTest {

    private static final String HOME = "spool.home";

    @Parameter
    private Spools spools;

    @AfterEach
    void forgetsWhereTheProgramIs() {
        System.clearProperty(HOME);
    }

    @Test
    void doesTheMainJobFromEndToEndAndLeavesNothingBehind() {
        System.setProperty(HOME, "..");
        CommandRun run = CommandRun.of("demo", "--backend", spools.backend()).mustSucceed();
        assertThat(run.lines()).last().isEqualTo("demo: ok");
        assertThat(run.out())
                .contains("import", "enumerate", "envelope", "remove", "compact", "kill", "verify", "seal");
        Path scratch = Path.of(run.lines().get(0).replaceAll(".* in ", ""));
        assertThat(scratch.getFileName().toString()).startsWith("spool-demo-");
        assertThat(scratch).doesNotExist();
    }

    @Test
    void withoutExampleMessagesItSaysWhatToDo(@TempDir Path home) throws Exception {
        System.setProperty(HOME, home.toString());
        CommandRun run = CommandRun.of("demo");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("examples").hasLineCount(1);
        Files.createDirectories(home.resolve("examples/mail"));
        assertThat(CommandRun.of("demo").code()).isEqualTo(4);
    }

    @Test
    void anUnknownBackendIsUsage() {
        assertThat(CommandRun.of("demo", "--backend", "tape").code()).isEqualTo(2);
    }
}
