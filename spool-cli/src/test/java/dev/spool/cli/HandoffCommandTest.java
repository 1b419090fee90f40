package dev.spool.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.cli.base.StopSignal;
import dev.spool.testkit.process.ClassPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code supervise} in a thread of its own, its servers as processes, and {@code handoff} asking for replacements. */
@Timeout(300) // each of its waits is for something that has to come
class HandoffCommandTest {

    @TempDir
    private Path directory;

    @Test
    void aServerIsReplacedWhenAskedForAndStaysWhenTheNewOneIsNotReady() throws Exception {
        StopSignal stop = StopSignal.unconnected();
        CompletableFuture<CommandRun> supervisor = CompletableFuture.supplyAsync(() -> CommandRun.withStop(
                stop,
                "supervise",
                "--socket",
                socket(),
                "--",
                Path.of(System.getProperty("java.home"), "bin", "java"),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.util.logging.config.file=/dev/null",
                "-cp",
                ClassPath.OF_THIS_JVM,
                MinimalServer.class.getName(),
                directory));
        try {
            awaitServed(1, supervisor);
            CommandRun handoff = handoff();
            assertThat(handoff.code()).as(handoff.err()).isZero();
            assertThat(handoff.out()).isEqualTo("committed: the new server serves, on 127.0.0.1:0\n");
            assertThat(handoff.err()).contains("spool handoff: the old server has sealed the spool\n");
            assertThat(served()).hasSize(2).doesNotHaveDuplicates();

            Files.createFile(MinimalServer.unready(directory));
            CommandRun refused = handoff();
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.out()).isEmpty();
            assertThat(refused.err())
                    .endsWith("spool handoff: not committed: the new server refused: not ready: the test says so;"
                            + " the old server serves\n");
            Files.delete(MinimalServer.unready(directory));
            CommandRun again = handoff();
            assertThat(again.code()).as(again.err()).isZero();
            assertThat(served()).hasSize(3);
        } finally {
            stop.raise();
        }
        CommandRun ended = supervisor.get(60, TimeUnit.SECONDS);
        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(ended.err()).isEqualTo("spool supervise: at " + socket() + "\n");
        for (String pid : served()) {
            awaitReaped(Long.parseLong(pid));
        }
    }

    @Test
    void withoutASupervisorItSaysWhatToDo() {
        CommandRun run = CommandRun.of("handoff", "--socket", socket());
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("no supervisor at " + socket()).contains("spool supervise");
    }

    @Test
    void aCommandThatCannotBeStartedIsAFailure() {
        CommandRun run = CommandRun.of("supervise", "--socket", socket(), "--", directory.resolve("no-such-program"));
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("no-such-program");
        assertThat(Files.exists(Path.of(socket()))).isFalse();
    }

    @Test
    void withoutACommandItIsAMisuse() {
        assertThat(CommandRun.of("supervise", "--socket", socket()).code()).isEqualTo(2);
    }

    /** Asks again as long as the old server of the last handoff is still about to exit. */
    private CommandRun handoff() throws InterruptedException {
        CommandRun run = CommandRun.of("handoff", "--socket", socket());
        while (run.err().contains("another handoff is under way")) {
            Thread.sleep(50);
            run = CommandRun.of("handoff", "--socket", socket());
        }
        return run;
    }

    /** The process has ended by now; that its parent has asked for its status may take a moment more. */
    private static void awaitReaped(long pid) throws InterruptedException {
        while (ProcessHandle.of(pid).isPresent()) {
            Thread.sleep(20);
        }
    }

    private String socket() {
        return directory.resolve("s").toString();
    }

    private List<String> served() throws IOException {
        return Files.exists(MinimalServer.served(directory))
                ? Files.readAllLines(MinimalServer.served(directory))
                : List.of();
    }

    /** A server serves, and the supervisor knows it. */
    private void awaitServed(int count, CompletableFuture<CommandRun> supervisor) throws Exception {
        while (served().size() < count) {
            assertThat(supervisor.isDone()).as("the supervisor has ended").isFalse();
            Thread.sleep(20);
        }
        CommandRun probe = handoff();
        while (probe.code() != 0 && probe.err().contains("no server is connected")) {
            Thread.sleep(50);
            probe = handoff();
        }
        assertThat(probe.code()).as(probe.err()).isZero();
        Files.write(MinimalServer.served(directory), served().subList(served().size() - 1, served().size()));
    }
}
