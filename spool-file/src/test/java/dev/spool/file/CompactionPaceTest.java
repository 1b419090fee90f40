package dev.spool.file;

import static dev.spool.file.DrivenLog.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.SpoolId;
import dev.spool.SpoolMetrics;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** In the background compaction keeps to its pace, however often it is woken; what is wholly dead costs nothing and need not wait. */
class CompactionPaceTest {

    private final List<Long> copiedBytes = new ArrayList<>();
    private final SpoolMetrics metrics = new SpoolMetrics() {
        @Override
        public void compacted(int shard, long bytesCopied, long bytesFreed) {
            copiedBytes.add(bytesCopied);
        }
    };
    private DrivenLog driven;

    @BeforeEach
    void open() throws Exception {
        driven = new DrivenLog(metrics);
    }

    @Test
    void copiesNoMoreThanItsPaceAllowsHoweverOftenItIsWoken() throws Exception {
        driven = new DrivenLog(metrics, 256 << 10);
        Deque<SpoolId> doomed = storeSideBySide();
        remove(doomed, 240);
        while (sum() == 0) { // just crowded enough for a first round, and no longer after it
            remove(doomed, 1);
            driven.compactor().step();
            driven.commitNothing();
        }
        long first = sum();
        Duration rest = Duration.ofNanos(first * 1_000_000_000L / DrivenLog.BYTES_PER_SECOND);
        for (int look = 0; look < 99; look++) {
            driven.clock.advance(rest.dividedBy(100));
            driven.compactor().step();
        }
        remove(doomed, 600); // crowded again
        driven.compactor().step();
        driven.commitNothing();
        assertThat(sum()).as("copied while it rests").isEqualTo(first);
        driven.clock.advance(rest.dividedBy(100).plusNanos(100));
        driven.compactor().step();
        driven.commitNothing();
        assertThat(sum()).as("copied after its rest").isGreaterThan(first);
    }

    /** Fills segments with little padding. Two of three messages, which are returned, are to be removed: no segment dies whole. */
    private Deque<SpoolId> storeSideBySide() throws Exception {
        Deque<SpoolId> doomed = new ArrayDeque<>();
        for (int i = 0; i < 2400; i += 12) {
            List<SpoolId> batch =
                    IntStream.range(i, i + 12).mapToObj(DrivenLog::id).toList();
            driven.storeAll(batch);
            batch.stream().filter(id -> id.low() % 3 > 0).forEach(doomed::add);
        }
        return doomed;
    }

    private void remove(Deque<SpoolId> doomed, int count) throws Exception {
        for (int left = count; left > 0; left -= 60) {
            List<SpoolId> batch = new ArrayList<>();
            for (int i = 0; i < Math.min(left, 60); i++) {
                batch.add(doomed.removeFirst());
            }
            driven.removeAll(batch);
        }
    }

    @Test
    void copiesFasterTheMoreSpaceIsTakenThanIsLive() throws Exception {
        for (int i = 0; i < 600; i++) {
            driven.store(id(i));
        }
        for (int i = 0; i < 600; i++) {
            if (i % 4 > 0) {
                driven.remove(id(i));
            }
        }
        driven.compactor().step();
        driven.commitNothing();
        long first = sum();
        for (int tick = 0; tick < 100; tick++) {
            driven.clock.advance(Duration.ofMillis(10));
            driven.compactor().step();
            driven.commitNothing();
        }
        assertThat(sum()).as("copied in a second").isGreaterThan(first + 2 * DrivenLog.BYTES_PER_SECOND);
    }

    private long sum() {
        return copiedBytes.stream().mapToLong(Long::longValue).sum();
    }

    @Test
    void refillsThePoolFromSegmentsThatDiedWholeWhileItRests() throws Exception {
        for (int i = 0; i < 600; i++) {
            driven.store(id(i));
        }
        for (int i = 0; i < 300; i++) {
            if (i % 4 > 0) {
                driven.remove(id(i));
            }
        }
        for (int round = 0; round < 8; round++) {
            driven.compactor().step();
            driven.commitNothing();
        }
        long copied = sum();
        assertThat(copied).as("bytes copied, so that it rests").isPositive();
        driven.log().files().takePool();
        for (int i = 300; i < 600; i++) {
            driven.remove(id(i)); // whole segments
        }
        for (int round = 0; round < 8; round++) {
            driven.compactor().step();
            driven.commitNothing();
        }
        assertThat(sum()).isEqualTo(copied);
        assertThat(driven.log().files().readyCount()).isGreaterThanOrEqualTo(4);
    }
}
