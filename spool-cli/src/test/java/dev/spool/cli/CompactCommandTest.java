package dev.spool.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.SpoolCorruptException;
import dev.spool.cli.scripted.Script;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

@EachBackend
class CompactCommandTest {

    @Parameter
    private Spools spools;

    @TempDir
    private Path directory;

    @Test
    void printsTheBytesBeforeAndAfter() throws Exception {
        spools.store(directory, "one", "two");
        assertThat(CommandRun.of("compact", "--dir", directory, "--json")
                        .mustSucceed()
                        .json()
                        .get(0)
                        .keySet())
                .containsExactly("bytesBefore", "bytesAfter");
        assertThat(CommandRun.of("compact", "--dir", directory).mustSucceed().out())
                .matches("compacted from \\d+ to \\d+ bytes\n");
        assertThat(CommandRun.of("ls", "--dir", directory).mustSucceed().lines())
                .hasSize(2);
    }

    @Test
    void damageOnTheWayIsCorrupt() throws Exception {
        Script script = Script.in(directory);
        script.mutationFailures.add(new SpoolCorruptException(null, "segment 1", "checksum"));
        CommandRun run = CommandRun.of("compact", "--dir", directory);
        assertThat(run.code()).isEqualTo(4);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("segment 1").hasLineCount(1);
    }
}
