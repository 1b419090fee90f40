package dev.spool.jmh.pause;

import dev.spool.Spool;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import dev.spool.handoff.HandoffOptions;
import dev.spool.handoff.Requester;
import dev.spool.jmh.BulkLoad;
import dev.spool.jmh.Workload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Measures how long clients wait while a server is replaced: {@code bin/spool supervise} with a {@link StoreServer} over a spool that
 * holds so many messages, {@link StoringClients} in this process, and handoffs one after the other.
 */
public final class HandoffPause {

    static final int BODY_BYTES = 1024;

    /** Stores between two handoffs, so that each begins with everybody at work. */
    private static final long STORED_BETWEEN = 2000;

    /** Servers that are replaced have served for a while: one that has just been started is still busy compiling itself. */
    private static final long BETWEEN_MILLIS = 10_000;

    private final Path directory;
    private final String backend;
    private final StoringClients clients;
    private final int port;
    private final Map<String, List<Double>> steps = new LinkedHashMap<>();

    private HandoffPause(Path directory, String backend, int port) {
        this.directory = directory;
        this.backend = backend;
        this.port = port;
        this.clients = new StoringClients(port, BODY_BYTES);
    }

    /**
     * One handoff.
     *
     * @param pauseMillis the longest time without an acknowledgement, from the request until the new server had settled
     * @param quietMillis the longest one in the time before, without a handoff
     */
    public record Round(double pauseMillis, double quietMillis) {}

    /**
     * What came out.
     *
     * @param stepMillis for each step that the supervisor tells of, how long it took each time
     * @param refusals connections refused, reset, or closed without an answer
     */
    public record Result(List<Round> rounds, Map<String, List<Double>> stepMillis, long refusals) {}

    /** Fills a spool, starts the server, and replaces it so many times. */
    public static Result run(String backend, long messages, int rounds, Consumer<Round> told)
            throws IOException, InterruptedException {
        Path directory = Workload.newDirectory("pause-" + backend);
        try {
            fill(backend, directory.resolve("spool"), messages);
            return new HandoffPause(directory, backend, freePort()).run(rounds, told);
        } finally {
            Workload.delete(directory);
        }
    }

    private static void fill(String backend, Path spool, long messages) throws IOException {
        try (Spool fresh = SpoolProvider.named(backend).open(spool, SpoolOptions.DEFAULTS)) {
            BulkLoad load = new BulkLoad(fresh, BODY_BYTES);
            for (long stored = 0; stored < messages; stored += BulkLoad.STEP) {
                load.storeStep();
            }
        }
    }

    private Result run(int rounds, Consumer<Round> told) throws IOException, InterruptedException {
        Process supervisor = supervisor();
        try {
            clients.start();
            List<Round> all = new ArrayList<>();
            long refusals = 0;
            for (int i = 0; i < rounds; i++) {
                settle(supervisor);
                if (i == 0) {
                    refusals = clients.refusals(); // until the first server listened
                }
                double quiet = clients.longestMillis();
                handOff(supervisor);
                awaitStores(supervisor);
                Round round = new Round(clients.longestMillis(), quiet);
                all.add(round);
                told.accept(round);
            }
            return new Result(all, steps, clients.refusals() - refusals);
        } finally {
            supervisor.destroy();
            if (!supervisor.waitFor(1, TimeUnit.MINUTES)) {
                supervisor.destroyForcibly();
            }
        }
    }

    private Process supervisor() throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classPath = System.getProperty("java.class.path");
        List<String> command = new ArrayList<>(List.of(java, "-cp", classPath, "dev.spool.cli.Main"));
        command.addAll(List.of("supervise", "--socket", socket().toString(), "--listen", "127.0.0.1:" + port, "--"));
        command.addAll(List.of(java, "-cp", classPath));
        command.addAll(
                List.of(System.getProperty("spool.jmh.pause.flags", "-Xmx1g").split(" ")));
        command.addAll(List.of(
                StoreServer.class.getName(), backend, directory.resolve("spool").toString()));
        Path log = directory.resolve("log");
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private Path socket() {
        return directory.resolve("s");
    }

    /** A while in which nothing is replaced. */
    private void settle(Process supervisor) throws IOException, InterruptedException {
        awaitStores(supervisor);
        clients.longestMillis();
        TimeUnit.MILLISECONDS.sleep(BETWEEN_MILLIS);
    }

    private void awaitStores(Process supervisor) throws IOException, InterruptedException {
        long from = clients.stored();
        while (clients.stored() - from < STORED_BETWEEN) {
            requireAlive(supervisor);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private void requireAlive(Process supervisor) throws IOException {
        if (!supervisor.isAlive()) {
            throw new IOException("the supervisor has ended: " + Files.readString(directory.resolve("log")));
        }
    }

    /** Asks until the last handoff is over, and then for this one. */
    private void handOff(Process supervisor) throws IOException, InterruptedException {
        while (true) {
            Map<String, Double> told = new LinkedHashMap<>();
            long[] last = {System.nanoTime()};
            Requester.Outcome outcome = Requester.replace(socket(), HandoffOptions.DEFAULTS, text -> {
                long now = System.nanoTime();
                told.put(text, (now - last[0]) / 1e6);
                last[0] = now;
            });
            if (outcome.committed()) {
                told.put("the new server serves", (System.nanoTime() - last[0]) / 1e6);
                told.forEach((step, millis) ->
                        steps.computeIfAbsent(step, any -> new ArrayList<>()).add(millis));
                return;
            }
            if (!outcome.text().contains("another handoff") && !outcome.text().contains("no server is connected")) {
                throw new IOException(
                        "the handoff failed: " + outcome.text() + "\n" + Files.readString(directory.resolve("log")));
            }
            requireAlive(supervisor);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return any.getLocalPort();
        }
    }
}
