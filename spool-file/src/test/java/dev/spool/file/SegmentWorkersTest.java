package dev.spool.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.engine.io.SystemDisk;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Segments dealt out to several threads: each once, and nobody is at it any more when that ends. */
class SegmentWorkersTest {

    private static final int SEGMENTS = 100;

    private final List<Segment> segments = IntStream.range(0, SEGMENTS)
            .mapToObj(slot -> new Segment(SystemDisk.INSTANCE, Path.of("none"), slot, 16 << 20))
            .toList();
    private final AtomicInteger entered = new AtomicInteger();
    private final AtomicInteger left = new AtomicInteger();

    @Test
    void eachSegmentIsTakenOnce() throws Exception {
        Set<Integer> taken = ConcurrentHashMap.newKeySet();
        AtomicInteger finished = new AtomicInteger();
        List<SegmentWorkers.Worker> workers = SegmentWorkers.deal(segments, () -> worker(taken::add, finished));
        assertThat(taken).hasSize(SEGMENTS);
        assertThat(entered).hasValue(SEGMENTS);
        assertThat(finished).hasValue(workers.size());
    }

    @Test
    void aFailureIsThrownWhenAllHaveStopped() {
        for (int round = 0; round < 20; round++) {
            assertThatThrownBy(() -> SegmentWorkers.deal(
                            segments,
                            () -> worker(
                                    slot -> {
                                        if (slot == 1) {
                                            throw new SpoolIoException("slot 1");
                                        }
                                        Thread.yield();
                                        return true;
                                    },
                                    new AtomicInteger())))
                    .isInstanceOf(SpoolIoException.class)
                    .hasMessageContaining("slot 1");
            assertThat(left.get()).isEqualTo(entered.get());
        }
    }

    @Test
    void anErrorOfAWorkerEndsTheOthersToo() {
        assertThatThrownBy(() -> SegmentWorkers.deal(
                        segments,
                        () -> worker(
                                slot -> {
                                    throw new IllegalStateException("slot " + slot);
                                },
                                new AtomicInteger())))
                .isInstanceOf(IllegalStateException.class);
        assertThat(left.get()).isEqualTo(entered.get()).isLessThan(SEGMENTS);
    }

    private interface Taking {
        boolean take(int slot) throws SpoolException;
    }

    private SegmentWorkers.Worker worker(Taking taking, AtomicInteger finished) {
        return new SegmentWorkers.Worker() {
            @Override
            public void take(Segment segment) throws SpoolException {
                entered.incrementAndGet();
                try {
                    taking.take(segment.slot());
                } finally {
                    left.incrementAndGet();
                }
            }

            @Override
            public void finish() {
                finished.incrementAndGet();
            }
        };
    }
}
