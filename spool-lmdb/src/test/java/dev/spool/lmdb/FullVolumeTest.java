package dev.spool.lmdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spool.BlockingSpool;
import dev.spool.Health;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolFullException;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.SpoolUnhealthyException;
import dev.spool.engine.io.SystemDisk;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a volume that others have filled to the last byte: a small filesystem in memory, which a child process mounts for itself. */
class FullVolumeTest {

    private static final String SAID = "said: ";

    /** So many that their pages are more than those that are free in the file, and less than the ballast. */
    private static final int PINNED_REMOVES = 15;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path volume;

    @Test
    void everythingCanBeRemovedFromAFullVolumeAndThenThereIsRoomWithoutARestart() throws Exception {
        assumeTrue(run("true").isEmpty(), "this system lets nobody mount a filesystem of his own");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String child = String.join(
                " ",
                "exec",
                java,
                "-Xmx128m -cp",
                "'" + System.getProperty("java.class.path") + "'",
                "'" + Filler.class.getName() + "'",
                volume.toString());
        assertThat(run(child)).contains(SAID + "fine");
    }

    private String run(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        "unshare", "-rm", "sh", "-c", "mount -t tmpfs -o size=16m tmpfs " + volume + " && " + command)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() == 0 ? output : "status " + process.exitValue() + ": " + output;
    }

    /** Fills the volume from outside and inside, and empties it again. */
    public static final class Filler {

        private final Path volume;
        private final Path others;

        private Filler(Path volume) {
            this.volume = volume;
            this.others = volume.resolve("others");
        }

        public static void main(String[] arguments) throws Exception {
            new Filler(Path.of(arguments[0])).run();
            System.out.println(SAID + "fine");
        }

        private void run() throws Exception {
            try (Spool spool = new LmdbSpoolProvider().open(volume.resolve("spool"), SpoolOptions.DEFAULTS)) {
                List<SpoolId> stored = new ArrayList<>();
                for (int i = 0; i < 600; i++) {
                    require(store(spool.blocking(), stored), "there is room at first");
                }
                while (!Files.exists(volume.resolve("spool/lmdb-00/ballast"))) {
                    Thread.sleep(5);
                }
                takeTheRest();
                while (store(spool.blocking(), stored)) {
                    require(stored.size() < 100_000, "the volume is full some day");
                }
                while (spool.unhealthyReason() == null) {
                    require(!store(spool.blocking(), stored), "it stays full");
                }
                require(spool.health().cause() == Health.Cause.FULL, "health says that it is full: " + spool.health());
                Collections.shuffle(stored, new Random(1));
                removeBesideReader(spool, stored.subList(0, PINNED_REMOVES));
                remove(spool, stored.subList(PINNED_REMOVES, stored.size()));
                require(spool.stats().entries() == 0, "all are gone");
                Files.delete(others);
                while (!store(spool.blocking(), new ArrayList<>())) {
                    Thread.sleep(5);
                }
                while (spool.unhealthyReason() != null) {
                    Thread.sleep(5);
                }
            }
        }

        /** While pages that were given back cannot be used again, because somebody may still be reading them. */
        private void removeBesideReader(Spool spool, List<SpoolId> ids) throws SpoolException {
            Path directory = Generation.directory(volume.resolve("spool"), 0);
            LogFile file = LogFile.share(SystemDisk.INSTANCE, directory, Environment.Use.READ, 1);
            try {
                file.read(transaction -> {
                    remove(spool, ids);
                    return true;
                });
            } finally {
                file.release(Environment.Use.READ);
            }
        }

        private static void remove(Spool spool, List<SpoolId> ids) throws SpoolException {
            for (SpoolId id : ids) {
                require(spool.load(id).join().isPresent(), "loads go on");
                require(spool.blocking().remove(id), "it is there");
            }
        }

        private void takeTheRest() throws IOException {
            try (OutputStream out = Files.newOutputStream(others)) {
                byte[] piece = new byte[4096];
                while (true) {
                    out.write(piece);
                }
            } catch (IOException full) {
                require(Files.size(others) > 0, "something was free");
            }
        }

        /** False if it was refused because there is no room. */
        private static boolean store(BlockingSpool spool, List<SpoolId> stored) throws SpoolException {
            SpoolId id = SpoolId.next();
            try {
                spool.store(id, Message.of(new byte[3000]));
                stored.add(id);
                return true;
            } catch (SpoolFullException | SpoolUnhealthyException e) {
                require(e.retryable(), "a retry makes sense");
                return false;
            }
        }

        private static void require(boolean condition, String what) {
            if (!condition) {
                throw new AssertionError(what);
            }
        }
    }
}
