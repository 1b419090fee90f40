package dev.spool.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.testkit.contract.Samples;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** What is alive in a blob file is moved only where much is dead beside it. */
class GarbageCollectorTest {

    private static final int BODIES = 2000;
    private static final int BODY_BYTES = 2000;

    @TempDir
    Path temp;

    private final GarbageCollector garbage = new GarbageCollector(256 << 10);
    private final List<byte[]> keys = new ArrayList<>();
    private SharedMemory memory;
    private OwnedDatabase owned;
    private Database database;

    @BeforeEach
    void open() throws SpoolException, RocksDBException {
        NativeLibrary.load(Optional.empty());
        Path directory = temp.resolve("database");
        memory = new SharedMemory(8 << 20, 4 << 20);
        owned = new OwnedDatabase(
                directory, memory, compacting -> open(directory, false), open(directory, true), damage -> {});
        database = owned.use(open -> open);
        garbage.watch(owned);
        for (int i = 0; i < BODIES; i++) {
            byte[] key = Keys.part(SpoolId.next(), i, 0);
            keys.add(key);
            try (WriteBatch out = new WriteBatch()) {
                out.put(key, Samples.bytes(i, BODY_BYTES));
                database.write(out, false);
            }
        }
        database.flush();
    }

    private Database open(Path directory, boolean create) throws SpoolException {
        return Database.open(directory, DatabaseOptions.forWriting(memory, 256 << 10, create, true));
    }

    @AfterEach
    void close() {
        owned.close();
        memory.close();
    }

    @Test
    void aLittleGarbageIsLeftAlone() throws Exception {
        deleteAllBut(5, 4); // a fifth is dead
        garbage.step();
        assertThat(database.blobGarbageBytes()).isPositive();
        assertThat(database.collectedPart()).isZero();
        long before = database.blobBytes();
        database.compact(null, null);
        assertThat(database.blobBytes()).isEqualTo(before);
    }

    @Test
    void muchGarbageIsCollectedUntilLittleIsLeft() throws Exception {
        deleteAllBut(5, 1);
        garbage.step();
        assertThat(database.collectedPart()).isEqualTo(0.5);
        long live = (long) BODIES / 5 * BODY_BYTES;
        for (int round = 0; round < 20 && database.blobGarbageBytes() > live / 10; round++) {
            database.compact(null, null);
        }
        assertThat(database.blobGarbageBytes()).isLessThanOrEqualTo(live / 10);
        garbage.step();
        assertThat(database.collectedPart()).isZero();
        for (int i = 0; i < BODIES; i += 5) {
            assertThat(database.get(keys.get(i))).isEqualTo(Samples.bytes(i, BODY_BYTES));
        }
    }

    @Test
    void compactingOnDemandCollectsAllOfItAndLeavesTheDecisionAsItWas() throws Exception {
        deleteAllBut(5, 4);
        List<Double> meanwhile = new ArrayList<>();
        garbage.collectAll(database, () -> {
            meanwhile.add(database.collectedPart());
            database.compact(null, null);
        });
        assertThat(meanwhile).containsExactly(1.0);
        assertThat(database.blobGarbageBytes()).isZero();
        assertThat(database.collectedPart()).isZero();
    }

    @Test
    void theDecisionIsAsItWasAlsoWhenCompactingFails() {
        RocksDBException failure = new RocksDBException("no room");
        assertThatThrownBy(() -> garbage.collectAll(database, () -> {
                    throw failure;
                }))
                .isSameAs(failure);
        assertThat(database.collectedPart()).isZero();
    }

    @Test
    @Timeout(60)
    void looksOnWithoutHoldingUpACompactionThatAnOpeningWaitsFor() throws Exception {
        CountDownLatch compacting = new CountDownLatch(1);
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        ExecutorService others = Executors.newFixedThreadPool(2);
        try {
            Future<?> compaction = others.submit(() -> owned.use(open -> {
                compacting.countDown();
                goOn.join();
                garbage.collectAll(open, () -> {});
                return open;
            }));
            compacting.await();
            AtomicReference<Thread> opener = new AtomicReference<>(new Thread());
            Future<?> opening = others.submit(() -> {
                opener.set(Thread.currentThread());
                owned.renew(Database::flush);
                return null;
            });
            while (opener.get().getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            Thread looking = new Thread(garbage::step);
            looking.start();
            while (looking.getState() != Thread.State.WAITING) {
                Thread.onSpinWait(); // for the one that opens
            }
            goOn.complete(null);
            compaction.get();
            opening.get();
            looking.join();
        } finally {
            others.shutdown();
        }
    }

    @Test
    void aDatabaseThatIsClosedIsPassedOver() {
        owned.close();
        assertThat(garbage.step()).isPositive();
    }

    /** Keeps the first {@code kept} of each {@code of} bodies, and lets compaction find out what is dead. */
    private void deleteAllBut(int of, int kept) throws RocksDBException {
        for (int i = 0; i < BODIES; i++) {
            if (i % of >= kept) {
                try (WriteBatch out = new WriteBatch()) {
                    out.delete(keys.get(i));
                    database.write(out, false);
                }
            }
        }
        database.flush();
        database.compact(null, null);
    }
}
