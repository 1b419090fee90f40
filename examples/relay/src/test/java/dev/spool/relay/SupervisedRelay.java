package dev.spool.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.handoff.HandoffOptions;
import dev.spool.handoff.Requester;
import dev.spool.testkit.process.AnnouncedPort;
import dev.spool.testkit.process.ClassPath;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A relay as {@code bin/spool supervise} runs it, in processes of its own; files below a directory. */
final class SupervisedRelay implements AutoCloseable {

    private final Path directory;
    private final InetSocketAddress address;
    private final Process supervisor;

    private SupervisedRelay(Path directory, InetSocketAddress address, Process supervisor) {
        this.directory = directory;
        this.address = address;
        this.supervisor = supervisor;
    }

    /** Starts it; returns when it serves. */
    static SupervisedRelay start(Path directory, String backend, int downstreamPort) throws Exception {
        List<String> command = new ArrayList<>(java("-Xmx64m"));
        command.addAll(List.of("dev.spool.cli.Main", "supervise", "--listen", "127.0.0.1:0"));
        command.addAll(List.of("--socket", directory.resolve("s").toString(), "--"));
        command.addAll(java("-Xmx256m"));
        command.addAll(List.of(Main.class.getName(), "serve", "--host-name", "relay.example.org"));
        command.addAll(List.of("--spool", directory.resolve("spool").toString(), "--backend", backend));
        command.addAll(List.of("--downstream", "127.0.0.1:" + downstreamPort, "--workers", "16"));
        Process supervisor = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        try {
            int port = AnnouncedPort.await(supervisor, directory.resolve("log"));
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            SupervisedRelay relay = new SupervisedRelay(directory, address, supervisor);
            relay.awaitGreeting();
            return relay;
        } catch (Exception | AssertionError e) {
            supervisor.destroy();
            throw e;
        }
    }

    private static List<String> java(String heap) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                heap,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                ClassPath.OF_THIS_JVM);
    }

    private void awaitGreeting() throws Exception {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(60_000);
            assertThat(socket.getInputStream().read()).isEqualTo('2');
        } catch (IOException | AssertionError e) {
            throw new AssertionError(log(), e);
        }
    }

    InetSocketAddress address() {
        return address;
    }

    Path spool() {
        return directory.resolve("spool");
    }

    /** What supervisor and servers have written. */
    String log() throws IOException {
        return Files.readString(directory.resolve("log"));
    }

    ProcessFigures supervisorFigures() throws IOException {
        return ProcessFigures.of(supervisor.toHandle());
    }

    /** Of the one server there is between handoffs. */
    ProcessFigures serverFigures() throws IOException {
        List<ProcessHandle> servers = supervisor.children().toList();
        assertThat(servers).hasSize(1);
        return ProcessFigures.of(servers.get(0));
    }

    /** Replaces the server; asks again as long as the last handoff is not quite over. Returns when the old server has exited. */
    void handOff() throws Exception {
        Requester.Outcome outcome = ask();
        while (!outcome.committed()
                && (outcome.text().contains("another handoff is under way")
                        || outcome.text().contains("no server is connected"))) {
            Thread.sleep(20);
            outcome = ask();
        }
        assertThat(outcome.committed()).as(outcome.text() + "\n" + log()).isTrue();
        while (supervisor.children().count() > 1) {
            Thread.sleep(20);
        }
    }

    private Requester.Outcome ask() throws IOException, InterruptedException {
        return Requester.replace(directory.resolve("s"), HandoffOptions.DEFAULTS, progress -> {});
    }

    /** As {@code kill -9} does; the supervisor starts another. */
    void killServer() {
        List<ProcessHandle> servers = supervisor.children().toList();
        assertThat(servers).hasSize(1);
        servers.get(0).destroyForcibly();
    }

    /** Stops it in good order. */
    @Override
    public void close() throws InterruptedException {
        supervisor.destroy();
        assertThat(supervisor.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
}
