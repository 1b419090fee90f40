package dev.spool.lmdb;

import static dev.spool.lmdb.LogDriver.commit;
import static dev.spool.lmdb.LogDriver.put;
import static dev.spool.lmdb.LogDriver.remove;
import static dev.spool.lmdb.LogDriver.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.SpoolException;
import dev.spool.SpoolId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another process that dies while it reads does not let the file grow for ever. */
class DeadReaderTest {

    private static final SpoolId KEPT = new SpoolId(1, 1);
    private static final SpoolId PASSING = new SpoolId(2, 2);
    private static final int PASSING_BYTES = 1 << 20;
    private static final int ROUNDS = 100;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path temp;

    @Test
    void pagesThatADeadReaderKeptAreUsedAgainBeforeTheMapGrows() throws Exception {
        try (LmdbBackend backend = LmdbBackend.open(new OwnerContext(temp, 1, true))) {
            LmdbLog log = backend.logs().get(0);
            commit(log, put(log, KEPT, "kept"));
            Path file = log.file().file();
            long map = log.file().mapBytes();
            dieReading(file);
            for (int i = 0; i < ROUNDS; i++) {
                commit(log, put(log, PASSING, "x".repeat(PASSING_BYTES)));
                commit(log, remove(log, PASSING));
            }
            assertThat(log.file().mapBytes()).isEqualTo(map);
            assertThat(Files.size(file)).isLessThanOrEqualTo(map);
            assertThat(text(log, KEPT)).isEqualTo("kept");
        }
    }

    private static void dieReading(Path file) throws IOException, InterruptedException {
        Process reader = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Reader.class.getName(),
                        file.toString())
                .inheritIO()
                .start();
        assertThat(reader.waitFor()).isEqualTo(Reader.DIED);
    }

    /** Dies in a transaction. */
    public static final class Reader {

        static final int DIED = 42;

        private Reader() {}

        public static void main(String[] arguments) throws SpoolException {
            Environment environment = Environment.open(Path.of(arguments[0]), 16 << 20, Environment.Use.READ);
            Transaction transaction = Objects.requireNonNull(environment.beginRead());
            transaction.entries(Tree.RECORDS);
            Runtime.getRuntime().halt(DIED);
        }
    }
}
