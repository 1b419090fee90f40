package dev.spool.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Durability;
import dev.spool.Health;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolInDoubtException;
import dev.spool.SpoolOptions;
import dev.spool.SpoolUnhealthyException;
import dev.spool.testkit.contract.Rounds;
import dev.spool.testkit.contract.Samples;
import dev.spool.testkit.contract.SpoolContract;
import dev.spool.testkit.process.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The syncs of RocksDB's own files fail, by a library that is preloaded into another process; it is compiled here, where there is a
 * compiler.
 */
@Timeout(180)
class RocksSyncFailureTest {

    /** Fails while the file {@code SHIM_FLAG} exists, for files whose path contains {@code SHIM_MATCH}. */
    private static final String SHIM = """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <errno.h>
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            #include <unistd.h>
            static int fails(int fd) {
                const char *flag = getenv("SHIM_FLAG"), *match = getenv("SHIM_MATCH");
                char link[64], path[4096];
                if (access(flag, F_OK)) return 0;
                snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
                ssize_t length = readlink(link, path, sizeof path - 1);
                if (length < 0) return 0;
                path[length] = 0;
                return strstr(path, match) != NULL;
            }
            int fdatasync(int fd) {
                int (*real)(int) = dlsym(RTLD_NEXT, "fdatasync");
                if (fails(fd)) { errno = EIO; return -1; }
                return real(fd);
            }
            int fsync(int fd) {
                int (*real)(int) = dlsym(RTLD_NEXT, "fsync");
                if (fails(fd)) { errno = EIO; return -1; }
                return real(fd);
            }
            """;

    @TempDir
    Path temp;

    @ParameterizedTest
    @CsvSource({"SYNC, .log", "DEFERRED, rocks-000"})
    void whatIsAcknowledgedAroundFailedSyncsIsThere(Durability durability, String failing) throws Exception {
        failSyncs(durability, failing);
    }

    @ParameterizedTest
    @CsvSource({"SYNC, .sst", "SYNC, rocks-000", "DEFERRED, .log"})
    @Tag(SpoolContract.LONG)
    void soItIsWhicheverFilesFail(Durability durability, String failing) throws Exception {
        failSyncs(durability, failing);
    }

    private void failSyncs(Durability durability, String failing) throws Exception {
        Path library = compile();
        List<String> arguments = List.of(
                temp.resolve("spool").toString(),
                temp.resolve("flag").toString(),
                durability.name(),
                String.valueOf(Rounds.of(4)));
        Map<String, String> environment =
                Map.of("LD_PRELOAD", library.toString(), "SHIM_FLAG", arguments.get(1), "SHIM_MATCH", failing);
        try (ChildJvm child = ChildJvm.start(Load.class, arguments, environment)) {
            child.expect("done");
        }
    }

    private Path compile() throws IOException, InterruptedException {
        Path source = Files.writeString(temp.resolve("shim.c"), SHIM);
        Path library = temp.resolve("shim.so");
        int status;
        try {
            status = new ProcessBuilder("cc", "-shared", "-fPIC", "-o", library.toString(), source.toString(), "-ldl")
                    .start()
                    .waitFor();
        } catch (IOException noCompiler) {
            status = -1;
        }
        Assumptions.assumeTrue(status == 0, "no C compiler");
        return library;
    }

    /** The child: changes messages while syncs fail now and then, and looks at all of them. */
    public static final class Load {
        private final Spool spool;
        private final Path flag;
        private final Map<SpoolId, Integer> sizes = new HashMap<>();
        private final Set<SpoolId> removed = new HashSet<>();
        private final Set<SpoolId> inDoubt = new HashSet<>();

        private Load(Spool spool, Path flag) {
            this.spool = spool;
            this.flag = flag;
        }

        /** Takes the directory, the file that makes syncs fail, the durability, and how often they fail. */
        public static void main(String[] arguments) throws Exception {
            SpoolOptions options = SpoolOptions.builder()
                    .durability(Durability.valueOf(arguments[2]))
                    .segmentBytesMin(64 << 10)
                    .segmentBytesMax(128 << 10)
                    .probePeriod(Duration.ofMillis(50))
                    .build();
            Path directory = Path.of(arguments[0]);
            Load load;
            try (Spool spool = new RocksSpoolProvider().open(directory, options)) {
                load = new Load(spool, Path.of(arguments[1]));
                for (int round = 0; round < Integer.parseInt(arguments[3]); round++) {
                    load.round();
                }
            }
            try (Spool spool = new RocksSpoolProvider().open(directory, options)) {
                load.verify(spool);
            }
            ChildJvm.say("done");
        }

        private void round() throws Exception {
            change(200);
            Files.createFile(flag);
            while (spool.unhealthyReason() == null) {
                change(1);
            }
            assertThat(spool.health().cause()).isEqualTo(Health.Cause.SYNC_FAILED);
            Files.delete(flag);
            while (spool.unhealthyReason() != null) {
                Thread.onSpinWait();
            }
            change(50);
            verify(spool);
        }

        private void change(int times) throws SpoolException {
            for (int i = 0; i < times; i++) {
                store();
                if (sizes.size() > 100) {
                    remove(sizes.keySet().iterator().next());
                }
            }
        }

        private void store() throws SpoolException {
            SpoolId id = SpoolId.next();
            int bytes = (int) (id.low() & 0x1fff);
            try {
                spool.blocking().store(id, Samples.message(id.low(), bytes, 10));
                sizes.put(id, bytes);
            } catch (SpoolInDoubtException e) {
                sizes.put(id, bytes);
                inDoubt.add(id);
            } catch (SpoolUnhealthyException e) {
                removed.add(id); // never stored
            }
        }

        private void remove(SpoolId id) throws SpoolException {
            try {
                spool.blocking().remove(id);
                sizes.remove(id);
                removed.add(id);
            } catch (SpoolInDoubtException | SpoolUnhealthyException e) {
                inDoubt.add(id);
            }
        }

        private void verify(Spool of) throws SpoolException {
            for (Map.Entry<SpoolId, Integer> entry : sizes.entrySet()) {
                SpoolId id = entry.getKey();
                Message loaded = of.blocking().load(id).orElse(null);
                if (loaded == null) {
                    assertThat(inDoubt).as("lost").contains(id);
                } else {
                    assertThat(loaded.bodyToArray()).isEqualTo(Samples.bytes(id.low(), entry.getValue()));
                }
            }
            for (SpoolId id : removed) {
                assertThat(of.blocking().load(id)).as("resurrected %s", id).isEmpty();
            }
        }
    }
}
