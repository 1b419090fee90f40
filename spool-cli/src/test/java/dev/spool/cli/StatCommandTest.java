package dev.spool.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.cli.scripted.Script;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;

@EachBackend
class StatCommandTest {

    @Parameter
    private Spools spools;

    @TempDir
    private Path directory;

    @Test
    void printsAllFieldsAsJson() throws Exception {
        Script.in(directory);
        assertThat(CommandRun.of("stat", "--dir", directory, "--json")
                        .mustSucceed()
                        .out())
                .isEqualTo("{\"formatVersion\":3,\"backend\":\"scripted\","
                        + "\"storeId\":\"00000000-0000-0000-0000-000000000001\",\"entries\":0,\"liveBytes\":11,"
                        + "\"totalBytes\":22,\"shards\":[{\"shard\":0,\"revision\":7,\"head\":\"abcd\"}],\"files\":33,"
                        + "\"health\":\"degraded\"}\n");
    }

    @Test
    void countsMessagesAndTheirBytes() throws Exception {
        spools.store(directory, "one", "three");
        Map<String, Object> stat = CommandRun.of("stat", "--dir", directory, "--json")
                .mustSucceed()
                .json()
                .get(0);
        assertThat(stat)
                .containsEntry("backend", spools.backend())
                .containsEntry("entries", 2L)
                .containsEntry("liveBytes", 8L)
                .containsEntry("health", "healthy");
    }

    @Test
    void tellsPeopleTheSame() throws Exception {
        spools.store(directory, "one");
        assertThat(CommandRun.of("stat", "--dir", directory).mustSucceed().lines())
                .anyMatch(line -> line.matches("messages +1"))
                .anyMatch(line -> line.matches("backend +" + spools.backend() + ", format \\d+"))
                .anyMatch(line -> line.matches("health +healthy"));
    }
}
