package dev.spool.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Health;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import dev.spool.testkit.contract.Samples;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.WriteBatch;

/** The list of bodies to delete costs nothing but space when it is lost: the spool opens, and tells of it. */
class DeadBodiesDamageTest {

    @TempDir
    Path temp;

    private final SpoolProvider provider = new RocksSpoolProvider();
    private final SpoolId id = SpoolId.next();
    private Path directory;

    @BeforeEach
    void store() throws SpoolException {
        directory = temp.resolve("spool");
        try (Spool spool = provider.open(directory, SpoolOptions.DEFAULTS)) {
            spool.blocking().store(id, Samples.message(1, 2000));
        }
    }

    @Test
    void aBlockThatCannotBeReadIsTold() throws Exception {
        byte[] list = DeadBodies.encode(List.of(new DeadBodies.Body(SpoolId.next(), 1, 1)));
        byte[] state = change(database -> {
            put(database, Keys.DEAD, list);
            database.flush();
            database.compact(null, null);
            return database.get(Keys.STATE);
        });
        change(
                database -> { // which stands in another file from now on
                    put(database, Keys.STATE, state);
                    database.flush();
                    return state;
                });
        Path file = largest();
        byte[] bytes = Files.readAllBytes(file);
        bytes[indexOf(bytes, list) + 2] ^= 0x10;
        Files.write(file, bytes);
        assertOpensDegraded(file.getFileName().toString());
    }

    @Test
    void aListThatFailsItsChecksumIsTold() throws Exception {
        byte[] list = DeadBodies.encode(List.of(new DeadBodies.Body(SpoolId.next(), 1, 1)));
        list[20] ^= 1;
        change(database -> {
            put(database, Keys.DEAD, list);
            return list;
        });
        assertOpensDegraded("list of bodies to delete");
    }

    private void assertOpensDegraded(String detail) throws SpoolException {
        try (Spool spool = provider.open(directory, SpoolOptions.DEFAULTS)) {
            assertThat(spool.health().state()).isEqualTo(Health.State.DEGRADED);
            assertThat(spool.health().detail()).contains(detail);
            SpoolId next = SpoolId.next();
            spool.blocking().store(next, Samples.message(2, 2000));
            assertThat(spool.blocking().load(next)).isPresent();
        }
    }

    private interface Change {
        byte[] in(Database database) throws Exception;
    }

    private byte[] change(Change change) throws Exception {
        NativeLibrary.load(java.util.Optional.empty());
        try (SharedMemory memory = new SharedMemory(1 << 20, 1 << 20);
                Database database = Database.open(
                        LogOpener.directory(directory, 0),
                        DatabaseOptions.forWriting(memory, 256 << 10, false, false))) {
            return change.in(database);
        }
    }

    private static void put(Database database, byte[] key, byte[] value) throws Exception {
        try (WriteBatch out = new WriteBatch()) {
            out.put(key, value);
            database.write(out, true);
        }
    }

    private Path largest() throws Exception {
        try (Stream<Path> files = Files.list(LogOpener.directory(directory, 0))) {
            return files.filter(file -> file.toString().endsWith(".sst"))
                    .max(Comparator.comparingLong(file -> file.toFile().length()))
                    .orElseThrow();
        }
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        return IntStream.rangeClosed(0, bytes.length - part.length)
                .filter(at -> Arrays.equals(bytes, at, at + part.length, part, 0, part.length))
                .findFirst()
                .orElseThrow(() -> new AssertionError("not found"));
    }
}
