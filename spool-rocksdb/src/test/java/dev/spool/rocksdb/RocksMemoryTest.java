package dev.spool.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.testkit.contract.Samples;
import dev.spool.testkit.contract.SpoolContract;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rocksdb.WriteBatch;

/** One number bounds what memtables, block cache and message cache take together. */
@Timeout(120)
class RocksMemoryTest {

    private static final long BUDGET = 32 << 20;
    private static final int UNDER_WAY = 128;

    /** RocksDB charges memtables in steps, of which it may be one behind. */
    private static final long STEP = 256 << 10;

    @TempDir
    Path temp;

    @ParameterizedTest
    @CsvSource({"1, 4096, 15000", "1, 1000000, 250", "3, 20000, 4000"})
    void staysWithinTheBudgetWhileMessagesAreStoredAndLoaded(int shards, int size, int messages) throws Exception {
        storeAndLoad(shards, size, messages);
    }

    @ParameterizedTest
    @CsvSource({"1, 4096, 40000", "3, 20000, 10000"})
    @Tag(SpoolContract.LONG)
    void staysWithinItHoweverManyTheyAre(int shards, int size, int messages) throws Exception {
        storeAndLoad(shards, size, messages);
    }

    private void storeAndLoad(int shards, int size, int messages) throws Exception {
        SpoolOptions options = SpoolOptions.builder()
                .memoryBudgetBytes(BUDGET)
                .maxInFlightBytes(64 << 20)
                .shards(shards)
                .build();
        long most = 0;
        try (Spool spool = new RocksSpoolProvider().open(temp.resolve("spool"), options)) {
            byte[] body = Samples.bytes(1, size);
            List<SpoolId> stored = new ArrayList<>();
            Queue<CompletableFuture<Void>> underWay = new ArrayDeque<>();
            for (int i = 0; i < messages; i++) {
                SpoolId id = SpoolId.next();
                underWay.add(spool.store(id, Message.of(body)));
                stored.add(id);
                if (underWay.size() == UNDER_WAY) {
                    underWay.remove().join();
                    load(spool, stored.get(i / 2));
                }
                if (i % 16 == 0) {
                    most = Math.max(most, spool.stats().cacheBytes());
                }
            }
            underWay.forEach(CompletableFuture::join);
            most = Math.max(most, spool.stats().cacheBytes());
        }
        assertThat(most).isBetween(BUDGET / 4, BUDGET);
    }

    private static void load(Spool spool, SpoolId id) throws SpoolException {
        spool.load(id).join();
    }

    @Test
    void whatMemtablesTakeIsChargedToTheCache() throws Exception {
        NativeLibrary.load(Optional.empty());
        try (SharedMemory memory = new SharedMemory(16 << 20, 12 << 20);
                Database database = Database.open(
                        temp.resolve("database"), DatabaseOptions.forWriting(memory, 4 << 20, true, true))) {
            for (int i = 0; i < 2000; i++) {
                try (WriteBatch out = new WriteBatch()) {
                    out.put(Keys.message(SpoolId.next()), Samples.bytes(i, 1000));
                    database.write(out, false);
                }
            }
            assertThat(database.memtableBytes()).isGreaterThan(2000 * 1000L);
            assertThat(memory.usedBytes()).isGreaterThan(database.memtableBytes() - STEP);
        }
    }
}
