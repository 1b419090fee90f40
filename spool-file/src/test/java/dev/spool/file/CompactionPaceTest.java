package dev.spool.file;

import static dev.spool.file.DrivenLog.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.SpoolMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** In the background compaction keeps to its pace, however often it is woken; what is wholly dead costs nothing and need not wait. */
class CompactionPaceTest {

    private final List<Long> copiedBytes = new ArrayList<>();
    private DrivenLog driven;

    @BeforeEach
    void open() throws Exception {
        driven = new DrivenLog(new SpoolMetrics() {
            @Override
            public void compacted(int shard, long bytesCopied, long bytesFreed) {
                copiedBytes.add(bytesCopied);
            }
        });
    }

    @Test
    void copiesNoMoreThanItsPaceAllowsHoweverOftenItIsWoken() throws Exception {
        for (int i = 0; i < 600; i++) {
            driven.store(id(i));
        }
        for (int i = 0; i < 250; i++) {
            if (i % 4 > 0) {
                driven.remove(id(i)); // no segment dies whole
            }
        }
        for (int round = 0; round < 50; round++) {
            driven.compactor().step();
            driven.commitNothing();
        }
        assertThat(copiedBytes.stream().filter(bytes -> bytes > 0)).as("rounds").hasSize(1);
        long first = sum();
        for (int second = 1; second <= 30; second++) {
            driven.clock.advance(Duration.ofSeconds(1));
            driven.compactor().step();
            driven.commitNothing();
            assertThat(sum()).isLessThanOrEqualTo(first + (long) second * DrivenLog.BYTES_PER_SECOND);
        }
        assertThat(sum()).as("it goes on").isGreaterThan(first);
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
