package dev.spool.jmh.pause;

import dev.spool.Spool;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import dev.spool.handoff.HandoffOptions;
import dev.spool.handoff.Requester;
import dev.spool.jmh.BulkLoad;
import dev.spool.jmh.Workload;
import dev.spool.testkit.process.AnnouncedPort;
import java.io.IOException;
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

    /** Stores after a handoff before the next, so that it is seen to be over. */
    private static final long STORED_BETWEEN = 2000;

    /** Servers that are replaced have served for a while: one that has just been started is still busy compiling itself. */
    private static final long BETWEEN_MILLIS = 10_000;

    /** So long is a new server watched: what it puts off while it takes over, it does then. */
    private static final long AFTERWARDS_MILLIS = 3000;

    private final Path directory;
    private final Process supervisor;
    private final StoringClients clients;
    private final Map<String, List<Double>> steps = new LinkedHashMap<>();

    private HandoffPause(Path directory, Process supervisor, StoringClients clients) {
        this.directory = directory;
        this.supervisor = supervisor;
        this.clients = clients;
    }

    /**
     * One handoff.
     *
     * @param pauseMillis the longest time without an acknowledgement, from the request until three seconds after the new server serves
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
            Process supervisor = supervise(directory, backend);
            try {
                StoringClients clients =
                        new StoringClients(AnnouncedPort.await(supervisor, log(directory)), BODY_BYTES);
                return new HandoffPause(directory, supervisor, clients).run(rounds, told);
            } finally {
                supervisor.destroy();
                if (!supervisor.waitFor(1, TimeUnit.MINUTES)) {
                    supervisor.destroyForcibly();
                }
            }
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

    private static Process supervise(Path directory, String backend) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classPath = System.getProperty("java.class.path");
        List<String> command = new ArrayList<>(List.of(java, "-cp", classPath, "dev.spool.cli.Main"));
        command.addAll(List.of("supervise", "--socket", socket(directory).toString(), "--listen", "127.0.0.1:0", "--"));
        command.addAll(List.of(java, "-cp", classPath));
        command.addAll(
                List.of(System.getProperty("spool.jmh.pause.flags", "-Xmx1g").split(" ")));
        command.addAll(List.of(
                StoreServer.class.getName(), backend, directory.resolve("spool").toString()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log(directory).toFile())
                .start();
    }

    private static Path socket(Path directory) {
        return directory.resolve("s");
    }

    private static Path log(Path directory) {
        return directory.resolve("log");
    }

    private Result run(int rounds, Consumer<Round> told) throws IOException, InterruptedException {
        clients.start();
        awaitStores();
        clients.longestMillis();
        List<Round> all = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            TimeUnit.MILLISECONDS.sleep(BETWEEN_MILLIS);
            double quiet = clients.longestMillis();
            handOff();
            awaitStores();
            TimeUnit.MILLISECONDS.sleep(AFTERWARDS_MILLIS);
            Round round = new Round(clients.longestMillis(), quiet);
            all.add(round);
            told.accept(round);
        }
        return new Result(all, steps, clients.refusals());
    }

    private void awaitStores() throws IOException, InterruptedException {
        long from = clients.stored();
        while (clients.stored() - from < STORED_BETWEEN) {
            requireAlive();
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private void requireAlive() throws IOException {
        if (!supervisor.isAlive()) {
            throw new IOException("the supervisor has ended: " + Files.readString(log(directory)));
        }
    }

    /** Asks until the last handoff is over, and then for this one. */
    private void handOff() throws IOException, InterruptedException {
        while (true) {
            Map<String, Double> told = new LinkedHashMap<>();
            long[] last = {System.nanoTime()};
            Requester.Outcome outcome = Requester.replace(socket(directory), HandoffOptions.DEFAULTS, text -> {
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
                        "the handoff failed: " + outcome.text() + "\n" + Files.readString(log(directory)));
            }
            requireAlive();
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
