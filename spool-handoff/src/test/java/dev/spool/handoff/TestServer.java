package dev.spool.handoff;

import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolInDoubtException;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import dev.spool.engine.ledger.BodyDigest;
import dev.spool.engine.ledger.Ledger;
import dev.spool.engine.ledger.Payload;
import dev.spool.handoff.transport.TimeSource;
import dev.spool.testkit.process.ChildJvm;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A server for tests: stores and removes without pause, with a ledger of its own. Says {@code serving PID} when it begins, and
 * {@code ended PID KIND} at the end.
 */
final class TestServer implements HandoffServer {

    static final HandoffOptions OPTIONS = new HandoffOptions(
            Duration.ofMillis(500),
            Duration.ofSeconds(3),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            Duration.ofSeconds(10));

    static final String BACKEND_VARIABLE = "SPOOL_TEST_BACKEND";

    private static final int KEPT = 50;

    private final Path directory;
    private volatile boolean over;
    private volatile boolean asked;

    private TestServer(Path directory) {
        this.directory = directory;
    }

    /** Takes the test's directory; the spool is in {@code spool} below it. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        logTo(directory);
        TestServer server = new TestServer(directory);
        SpoolOptions options = SpoolOptions.DEFAULTS.toBuilder()
                .segmentBytesMin(64 << 10)
                .segmentBytesMax(256 << 10)
                .build();
        HandoffMember member = new HandoffMember(
                new SpoolSource(SpoolProvider.named(backend()), directory.resolve("spool"), options),
                server,
                OPTIONS,
                System.getenv(),
                TimeSource.SYSTEM,
                TestPoints.of(directory));
        Runtime.getRuntime().addShutdownHook(new Thread(member::stop));
        HandoffEnd end = member.run();
        server.over = true;
        ChildJvm.say("ended " + ProcessHandle.current().pid() + " " + end.kind());
        Runtime.getRuntime().halt(end.exitStatus());
    }

    /** Standard error of all processes of a test in one file, so that a failure can tell what they said. */
    static void logTo(Path directory) throws IOException {
        System.setProperty(
                "java.util.logging.SimpleFormatter.format",
                "%1$tT.%1$tL " + ProcessHandle.current().pid() + " %5$s%6$s%n");
        System.setErr(new PrintStream(new FileOutputStream(log(directory).toFile(), true), true));
    }

    private static String backend() {
        return System.getenv().getOrDefault(BACKEND_VARIABLE, "file");
    }

    static Path log(Path directory) {
        return directory.resolve("log");
    }

    @Override
    public List<String> serve(Spool spool) throws Exception {
        long pid = ProcessHandle.current().pid();
        Ledger ledger = Ledger.append(directory.resolve("ledger-" + pid));
        Thread writer = new Thread(() -> write(spool, ledger), "writer");
        writer.setDaemon(true);
        writer.start();
        ChildJvm.say("serving " + pid);
        return List.of("nowhere");
    }

    /** A file that makes the next successor refuse as the first thing that it does. */
    static Path unreadyAtOnce(Path directory) {
        return directory.resolve("unready-at-once");
    }

    /** A file that makes the next successor refuse when the old server has sealed. */
    static Path unready(Path directory) {
        return directory.resolve("unready");
    }

    @Override
    public @Nullable String unreadyReason() {
        Path reason = asked ? unready(directory) : unreadyAtOnce(directory);
        asked = true;
        try {
            return Files.deleteIfExists(reason) ? "the test says so" : null;
        } catch (IOException e) {
            return e.toString();
        }
    }

    private void write(Spool spool, Ledger ledger) {
        SpoolId[] kept = new SpoolId[KEPT];
        int next = 0;
        while (!over) {
            try {
                if (kept[next] != null) {
                    ledger.removing(kept[next]);
                    spool.blocking().remove(kept[next]);
                    ledger.removed(kept[next]);
                    kept[next] = null;
                }
                SpoolId id = SpoolId.next();
                byte[] body = Payload.of(id, 2000, 0);
                ledger.storing(id, BodyDigest.of(body));
                spool.blocking().store(id, Message.of(body));
                ledger.stored(id, BodyDigest.of(body));
                kept[next] = id;
                next = (next + 1) % KEPT;
                Thread.sleep(2);
            } catch (SpoolInDoubtException e) {
                next = (next + 1) % KEPT; // whole or absent: the ledger leaves that open
            } catch (SpoolException refused) {
                pause();
            } catch (IllegalStateException closed) {
                return;
            } catch (Exception e) {
                e.printStackTrace();
                return;
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(10);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
