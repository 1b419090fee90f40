package dev.spool.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Health;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolFullException;
import dev.spool.SpoolId;
import dev.spool.SpoolInDoubtException;
import dev.spool.SpoolOptions;
import dev.spool.SpoolUnhealthyException;
import dev.spool.testkit.contract.Samples;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real volume that runs full, beneath RocksDB's own writes too. It is made of memory, for which one has to be root. */
@Timeout(180)
class RocksFullVolumeTest {

    private static final SpoolOptions OPTIONS = SpoolOptions.builder()
            .segmentBytesMin(64 << 10)
            .segmentBytesMax(256 << 10)
            .build();

    @TempDir
    Path temp;

    private final Map<SpoolId, Message> stored = new LinkedHashMap<>();
    private final Set<SpoolId> inDoubt = new HashSet<>();
    private Path volume;
    private Path directory;

    @BeforeEach
    void mount() throws Exception {
        volume = Files.createDirectory(temp.resolve("volume"));
        directory = volume.resolve("spool");
        Assumptions.assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=24m", "spool-test", volume.toString()));
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", "-l", volume.toString());
    }

    @Test
    void aVolumeThatOthersFillLosesNothingAndIsUsedAgainOnceTheyLetGo() throws Exception {
        Path ballast = volume.resolve("ballast");
        try (Spool spool = new RocksSpoolProvider().open(directory, OPTIONS)) {
            assertThat(fill(spool)).isInstanceOf(SpoolFullException.class);
            assertThat(spool.health().cause()).isIn(Health.Cause.FULL, Health.Cause.FULL_SOFT);
            fillUp(ballast);
            removeUntilThatIsInDoubt(spool);
            assertHolds(spool);
            assertThat(spool.unhealthyReason()).isNotNull();
            Files.delete(ballast);
            while (!remove(spool, next())) {
                Thread.sleep(5); // until a probe has opened the database again
            }
            for (int left = stored.size() / 3; stored.size() > left; ) {
                remove(spool, next());
            }
            spool.blocking().compact();
            while (spool.unhealthyReason() != null || store(spool) != null) {
                Thread.sleep(5);
            }
            assertHolds(spool);
        }
        try (Spool spool = new RocksSpoolProvider().open(directory, OPTIONS)) {
            assertHolds(spool);
            assertThat(spool.health().cause()).isIn(Health.Cause.NONE, Health.Cause.FULL_SOFT);
        }
    }

    @Test
    void everyMessageOfAFullVolumeCanBeRemovedOneByOne() throws Exception {
        try (Spool spool = new RocksSpoolProvider().open(directory, OPTIONS)) {
            fill(spool);
            List<SpoolId> ids = new ArrayList<>(stored.keySet());
            for (SpoolId id : ids) {
                assertThat(spool.blocking().remove(id)).isTrue();
            }
            assertThat(spool.stats().entries()).isZero();
            while (store(spool) != null) {
                Thread.sleep(5);
            }
        }
    }

    /** What ended it. */
    private SpoolException fill(Spool spool) {
        SpoolException refused = null;
        while (refused == null) {
            refused = store(spool);
        }
        return refused;
    }

    private SpoolException store(Spool spool) {
        SpoolId id = SpoolId.next();
        Message message = Samples.message(id.low(), 3000, 20);
        try {
            spool.blocking().store(id, message);
            stored.put(id, message);
            return null;
        } catch (SpoolFullException | SpoolUnhealthyException e) {
            return e;
        } catch (SpoolException e) {
            throw new AssertionError("a full volume is no reason for this", e);
        }
    }

    private static void fillUp(Path ballast) throws IOException {
        byte[] block = new byte[4096];
        try (OutputStream out = Files.newOutputStream(ballast)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    /** Works as long as RocksDB has room in what it has written already; after that, each outcome is one of the promised. */
    private void removeUntilThatIsInDoubt(Spool spool) throws SpoolException {
        for (int i = 0; i < 1000 && inDoubt.isEmpty(); i++) {
            remove(spool, next());
        }
    }

    private SpoolId next() {
        return stored.keySet().iterator().next();
    }

    private boolean remove(Spool spool, SpoolId id) throws SpoolException {
        try {
            boolean there = spool.blocking().remove(id);
            assertThat(there || inDoubt.contains(id)).isTrue();
            stored.remove(id);
            inDoubt.remove(id);
            return true;
        } catch (SpoolInDoubtException e) {
            inDoubt.add(id);
            return false;
        } catch (SpoolFullException | SpoolUnhealthyException e) {
            return false;
        }
    }

    private void assertHolds(Spool spool) throws SpoolException {
        for (Map.Entry<SpoolId, Message> entry : stored.entrySet()) {
            Message loaded = spool.blocking().load(entry.getKey()).orElse(null);
            if (loaded == null) {
                assertThat(inDoubt).contains(entry.getKey());
            } else {
                assertThat(loaded.bodyToArray()).isEqualTo(entry.getValue().bodyToArray());
            }
        }
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(List.of(command)).start().waitFor() == 0;
        } catch (IOException notThere) {
            return false;
        }
    }
}
