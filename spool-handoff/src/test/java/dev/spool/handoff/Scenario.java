package dev.spool.handoff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import dev.spool.SpoolReader;
import dev.spool.engine.ledger.LedgerDifference;
import dev.spool.engine.ledger.LedgerOracle;
import dev.spool.engine.ledger.LedgerReader;
import dev.spool.engine.ledger.LedgerVerdict;
import dev.spool.testkit.process.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A supervisor and its servers, all real processes, on one directory; and what has to hold whatever was done to them. */
final class Scenario implements AutoCloseable {

    private static final Duration LONG = Duration.ofSeconds(90);

    private final Path directory;
    private final Map<String, String> environment;
    private final Set<Long> servers = ConcurrentHashMap.newKeySet();
    private ChildJvm supervisor;

    private Scenario(Path directory, Map<String, String> environment) {
        this.directory = directory;
        this.environment = environment;
    }

    /** Starts a supervisor, whose first server serves when this returns. */
    static Scenario start(Path directory, String deed) {
        return start(directory, deed, "file");
    }

    static Scenario start(Path directory, String deed, String backend) {
        Scenario scenario =
                new Scenario(directory, Map.of(TestPoints.VARIABLE, deed, TestServer.BACKEND_VARIABLE, backend));
        scenario.startSupervisor();
        return scenario;
    }

    void startSupervisor() {
        ChildJvm started = ChildJvm.start(TestSupervisor.class, List.of(directory.toString()), environment);
        supervisor = started;
        Thread listener = new Thread(
                () -> {
                    try {
                        while (true) {
                            String line = started.hear();
                            if (line.startsWith("serving ")) {
                                servers.add(Long.parseLong(line.substring(8)));
                            }
                        }
                    } catch (AssertionError end) {
                        // It has ended.
                    }
                },
                "hears");
        listener.setDaemon(true);
        listener.start();
    }

    ChildJvm supervisor() {
        return supervisor;
    }

    boolean supervisorRuns() {
        return runs(supervisor.pid());
    }

    /** Asks for a replacement; not committed if the supervisor is lost on the way. */
    Requester.Outcome replace() throws InterruptedException {
        try {
            return Requester.replace(TestSupervisor.socket(directory), TestServer.OPTIONS, text -> {});
        } catch (IOException e) {
            return new Requester.Outcome(false, e.toString());
        }
    }

    /** Waits until one server serves: exactly one process, whose ledger grows. */
    long awaitOneServer() throws InterruptedException {
        long[] serving = new long[1];
        await("one server that serves", () -> {
            List<Long> alive = alive();
            if (alive.size() != 1) {
                return false;
            }
            serving[0] = alive.get(0);
            long before = ledgerBytes(serving[0]);
            sleep(100);
            return before > 0 && ledgerBytes(serving[0]) > before;
        });
        return serving[0];
    }

    /** Repeats a request until it is committed, as a person would who reads that another handoff is under way. */
    void awaitReplacement() throws InterruptedException {
        Requester.Outcome[] last = new Requester.Outcome[1];
        await("a handoff that works", () -> {
            try {
                last[0] = replace();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return last[0].committed();
        });
    }

    /** The server processes that run, by what they have said and by the journal. */
    List<Long> alive() {
        return servers.stream().filter(Scenario::runs).toList();
    }

    static boolean runs(long pid) {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent() && !isZombie(pid);
    }

    private static boolean isZombie(long pid) {
        try {
            String status = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return status.charAt(status.lastIndexOf(')') + 2) == 'Z';
        } catch (IOException e) {
            return true;
        }
    }

    private long ledgerBytes(long pid) {
        try {
            return Files.size(directory.resolve("ledger-" + pid));
        } catch (IOException e) {
            return 0;
        }
    }

    void await(String what, BooleanSupplier condition) throws InterruptedException {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > LONG.toNanos()) {
                throw new AssertionError("waited in vain for " + what + "; servers " + alive() + ", supervisor runs: "
                        + supervisorRuns() + "\n" + log());
            }
            sleep(50);
        }
    }

    /** Waits, in real time, until a condition holds. */
    static void awaitThat(String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > LONG.toNanos()) {
                throw new AssertionError("waited in vain for " + what);
            }
            sleep(5);
        }
    }

    String log() {
        try {
            return Files.readString(TestServer.log(directory));
        } catch (IOException e) {
            return e.toString();
        }
    }

    static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops everything in good order, and holds the spool against each server's ledger. */
    void assertNothingIsLost() throws Exception {
        supervisor.close();
        await("the servers' end", () -> alive().isEmpty());
        long stored = 0;
        try (SpoolReader spool = SpoolProvider.of(directory.resolve("spool"))
                        .openReadOnly(directory.resolve("spool"), SpoolOptions.DEFAULTS);
                Stream<Path> files = Files.list(directory)) {
            for (Path ledger : files.filter(
                            file -> file.getFileName().toString().startsWith("ledger-"))
                    .toList()) {
                List<LedgerDifference> differences = new ArrayList<>();
                try (LedgerReader reader = LedgerReader.open(ledger)) {
                    LedgerVerdict verdict = LedgerOracle.of(reader).hold(spool, differences::add);
                    assertThat(differences).as("%s of %s", verdict, ledger).isEmpty();
                    stored += verdict.stored();
                }
            }
        }
        assertThat(stored).isPositive();
        assertThat(Files.exists(directory.resolve("s.journal")))
                .as("a journal is left")
                .isFalse();
    }

    @Override
    public void close() {
        supervisor.close();
        servers.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    }
}
