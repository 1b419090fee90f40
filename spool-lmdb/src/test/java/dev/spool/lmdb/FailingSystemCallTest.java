package dev.spool.lmdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spool.EnumerateOptions;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolEntry;
import dev.spool.SpoolException;
import dev.spool.SpoolFullException;
import dev.spool.SpoolId;
import dev.spool.SpoolInDoubtException;
import dev.spool.SpoolOptions;
import dev.spool.SpoolScan;
import dev.spool.SpoolUnhealthyException;
import dev.spool.testkit.contract.Rounds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** System calls of LMDB's own that fail, injected by strace into a child process; what it was told holds in the next one. */
class FailingSystemCallTest {

    private static final String DONE = "done";
    private static final String STORED = "stored ";
    private static final String DOUBTED = "doubted ";
    private static final String REFUSED = "refused ";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path temp;

    private static List<Arguments> failures() {
        List<Arguments> all = List.of(
                Arguments.of("fdatasync", "EIO", 41),
                Arguments.of("pwrite64", "EIO", 150),
                Arguments.of("pwrite64", "ENOSPC", 151),
                Arguments.of("fdatasync", "EIO", 40),
                Arguments.of("pwrite64", "EIO", 151),
                Arguments.of("pwrite64", "EIO", 152),
                Arguments.of("pwrite64", "ENOSPC", 150));
        return all.subList(0, Math.max(3, Rounds.of(all.size())));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void whatWasAcknowledgedIsThereAndTheRestIsWholeOrAbsent(String call, String error, int when) throws Exception {
        assumeTrue(run("true").exit == 0, "this system has no strace, or lets nobody use it");
        Path spool = temp.resolve("spool");
        Run run = run(
                "-e",
                "trace=" + call,
                "-e",
                "inject=" + call + ":error=" + error + ":when=" + when,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                spool.toString());
        assertThat(run.lines).as("%s", run.lines).contains(DONE);
        Set<SpoolId> stored = run.ids(STORED);
        Set<SpoolId> found = new HashSet<>();
        try (Spool opened = new LmdbSpoolProvider().open(spool, SpoolOptions.DEFAULTS)) {
            try (SpoolScan scan = opened.enumerate(EnumerateOptions.ALL)) {
                scan.forEachRemaining(entry -> found.add(((SpoolEntry.Item) entry).id()));
                assertThat(scan.report().complete()).isTrue();
            }
            for (SpoolId id : found) {
                assertThat(opened.load(id).join().orElseThrow().bodyToArray()).isEqualTo(body(id));
            }
        }
        Set<SpoolId> refused = run.ids(REFUSED);
        assertThat(refused.size() + run.ids(DOUBTED).size())
                .as("the failure hit a store")
                .isPositive();
        assertThat(found).containsAll(stored).noneMatch(refused::contains);
        found.removeAll(stored);
        assertThat(run.ids(DOUBTED)).containsAll(found);
        assertThat(new LmdbSpoolProvider()
                        .check(spool, SpoolOptions.DEFAULTS, finding -> {})
                        .damaged())
                .isZero();
    }

    private static Run run(String... command) throws IOException, InterruptedException {
        List<String> whole = new ArrayList<>(List.of("strace", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null"));
        whole.addAll(List.of(command));
        Process process;
        try {
            process = new ProcessBuilder(whole).redirectErrorStream(true).start();
        } catch (IOException e) {
            return new Run(-1, List.of());
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), output.lines().toList());
    }

    private static byte[] body(SpoolId id) {
        return id.toString().repeat(100).getBytes(StandardCharsets.UTF_8);
    }

    private record Run(int exit, List<String> lines) {

        Set<SpoolId> ids(String beginning) {
            Set<SpoolId> ids = new HashSet<>();
            for (String line : lines) {
                if (line.startsWith(beginning)) {
                    ids.add(SpoolId.parse(line.substring(beginning.length())));
                }
            }
            return ids;
        }
    }

    /** Stores one message after the other, says what became of each, and ends when it has stored a hundred. */
    public static final class Writer {

        private Writer() {}

        public static void main(String[] arguments) throws SpoolException {
            SpoolOptions options =
                    SpoolOptions.builder().probePeriod(Duration.ofMillis(10)).build();
            try (Spool spool = new LmdbSpoolProvider().open(Path.of(arguments[0]), options)) {
                int stored = 0;
                while (stored < 100) {
                    SpoolId id = SpoolId.next();
                    try {
                        spool.blocking().store(id, Message.of(body(id)));
                        System.out.println(STORED + id);
                        stored++;
                    } catch (SpoolInDoubtException e) {
                        System.out.println(DOUBTED + id);
                    } catch (SpoolUnhealthyException | SpoolFullException e) {
                        System.out.println(REFUSED + id);
                    }
                }
            }
            System.out.println(DONE);
        }
    }
}
