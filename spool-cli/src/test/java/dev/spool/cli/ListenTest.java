package dev.spool.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import dev.spool.SpoolReader;
import dev.spool.testkit.contract.Rounds;
import dev.spool.testkit.process.AnnouncedPort;
import dev.spool.testkit.process.ClassPath;
import dev.spool.testkit.process.JavaExample;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The listening socket stays open over handoffs: whoever connects meanwhile waits a little, and is served. The server is the one that
 * docs/handoff.md shows.
 */
@EnabledOnOs(OS.LINUX)
class ListenTest {

    private static final int HANDOFFS = Rounds.of(3);

    @TempDir
    private Path directory;

    @Test
    void noConnectionIsRefusedOrResetWhileServersAreReplaced() throws Exception {
        JavaExample.of("docs/handoff.md").importing(Acceptor.class).compile("Server", directory);
        Process supervisor = supervise("--listen", "127.0.0.1:0");
        try {
            int port = AnnouncedPort.await(supervisor, directory.resolve("log"));
            assertThat(answersAcrossHandoffs(port)).hasSizeGreaterThan(HANDOFFS);
        } catch (IllegalStateException | IOException e) {
            throw new AssertionError(Files.readString(directory.resolve("log")), e);
        } finally {
            supervisor.destroy();
        }
        assertThat(supervisor.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }

    private List<SpoolId> answersAcrossHandoffs(int port) throws Exception {
        ask(port);
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<List<SpoolId>> client = CompletableFuture.supplyAsync(() -> {
            List<SpoolId> answers = new ArrayList<>();
            while (!over.get()) {
                answers.add(ask(port));
            }
            return answers;
        });
        for (int i = 0; i < HANDOFFS; i++) {
            CommandRun handoff = handoff();
            while (handoff.err().contains("another handoff is under way")
                    || handoff.err().contains("no server is connected")) {
                Thread.sleep(50);
                handoff = handoff();
            }
            assertThat(handoff.code()).as(handoff.err()).isZero();
        }
        over.set(true);
        List<SpoolId> answers = client.get(60, TimeUnit.SECONDS);
        try (SpoolReader spool =
                SpoolProvider.named("file").openReadOnly(directory.resolve("spool"), SpoolOptions.DEFAULTS)) {
            for (SpoolId id : answers) {
                assertThat(spool.load(id).join()).as("%s", id).isPresent();
            }
        }
        return answers;
    }

    private CommandRun handoff() {
        return CommandRun.of("handoff", "--socket", directory.resolve("s"));
    }

    private Process supervise(String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(java(), "-cp", ClassPath.OF_THIS_JVM, Main.class.getName()));
        command.addAll(List.of("supervise", "--socket", directory.resolve("s").toString()));
        command.addAll(List.of(options));
        command.addAll(List.of("--", java(), "-Xmx64m", "-XX:TieredStopAtLevel=1", "-cp"));
        command.add(directory + File.pathSeparator + ClassPath.OF_THIS_JVM);
        command.addAll(List.of("Server", directory.resolve("spool").toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Connects, and waits for the answer; fails if the connection is refused, reset, or closed without one. */
    private static SpoolId ask(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(60_000);
            return SpoolId.parse(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip());
        } catch (IOException e) {
            throw new IllegalStateException("a connection was lost", e);
        }
    }
}
