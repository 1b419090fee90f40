package dev.spool.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class LocationIndexConcurrencyTest {

    private static final int KEPT = 2_000;
    private static final int PASSING = 40_000;
    private static final int ROUNDS = 8;

    /** Location of a kept id: the id above, any version below, so that a reader sees at once what is not its own. */
    private static final int VERSION_BITS = 16;

    private final LocationIndex index = new LocationIndex();

    /** Others come and go, so that the kept ids are moved by resizing and by deletion while they are read. */
    @Test
    void readersAlwaysFindWhatIsNeverRemoved() throws Exception {
        for (int id = 1; id <= KEPT; id++) {
            index.put(0, id, location(id, 0));
        }
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService executor = Executors.newFixedThreadPool(3);
        try {
            List<Future<Long>> readers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                readers.add(executor.submit(() -> readUntil(done)));
            }
            Future<?> writer = executor.submit(this::change);
            try {
                writer.get();
            } finally {
                done.set(true);
            }
            for (Future<Long> reader : readers) {
                assertThat(reader.get()).isPositive();
            }
        } finally {
            executor.shutdownNow();
        }
        assertThat(index.size()).isEqualTo(KEPT);
    }

    private long readUntil(AtomicBoolean done) {
        long rounds = 0;
        do {
            for (int id = 1; id <= KEPT; id++) {
                assertThat(index.get(0, id) >>> VERSION_BITS).isEqualTo(id);
                assertThat(index.get(-1, id)).isZero();
            }
            rounds++;
        } while (!done.get());
        return rounds;
    }

    private void change() {
        for (int round = 1; round <= ROUNDS; round++) {
            for (int i = 1; i <= PASSING; i++) {
                index.put(round, i, i);
                int id = 1 + i % KEPT;
                long before = index.get(0, id);
                assertThat(index.replace(0, id, before, location(id, round))).isTrue();
            }
            for (int i = 1; i <= PASSING; i++) {
                assertThat(index.remove(round, i)).isEqualTo(i);
            }
        }
    }

    private static long location(long id, long version) {
        return id << VERSION_BITS | version;
    }
}
