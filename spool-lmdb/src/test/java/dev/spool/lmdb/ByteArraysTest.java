package dev.spool.lmdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The memory that a writer uses again and again is its own. */
class ByteArraysTest {

    private static final int KEYS = 300;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path temp;

    @Test
    void whoeverReadsBesideAWriterAsksForHisOwnKeys() throws Exception {
        Environment environment = Environment.open(temp.resolve("trees.mdb"), 256L << 20, Environment.Use.WRITE_LAZILY);
        try {
            write(environment, 0);
            AtomicBoolean done = new AtomicBoolean();
            CompletableFuture<Void> reader = CompletableFuture.runAsync(() -> readUntil(done, environment));
            for (int round = 1; round < 60; round++) {
                write(environment, round);
                requireRead(environment, round % KEYS); // the thread that wrote, outside of its transaction
            }
            done.set(true);
            reader.join();
        } finally {
            environment.close();
        }
    }

    private static void write(Environment environment, int round) throws Exception {
        SplittableRandom random = new SplittableRandom(round);
        try (Transaction transaction = environment.beginWrite()) {
            for (int i = 0; i < KEYS; i++) {
                // From nothing to what is too large to share, with the number of its key in front.
                byte[] value = new byte[4 + random.nextInt(i % 50 == 0 ? 600_000 : 9000)];
                value[0] = (byte) i;
                value[1] = (byte) (i >> 8);
                transaction.put(Tree.RECORDS, key(i), value);
            }
            transaction.commit();
        }
    }

    private static void readUntil(AtomicBoolean done, Environment environment) {
        try {
            for (int i = 0; !done.get(); i = (i + 1) % KEYS) {
                requireRead(environment, i);
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void requireRead(Environment environment, int i) throws Exception {
        try (Transaction transaction = Objects.requireNonNull(environment.beginRead())) {
            byte[] value = transaction.get(Tree.RECORDS, key(i));
            assertThat(value).isNotNull();
            assertThat((value[0] & 0xff) | ((value[1] & 0xff) << 8)).isEqualTo(i);
        }
    }

    private static byte[] key(int i) {
        return new byte[] {(byte) (i >> 8), (byte) i, 7, 7, 7};
    }
}
