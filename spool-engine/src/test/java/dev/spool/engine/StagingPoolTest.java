package dev.spool.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.engine.spi.BatchRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class StagingPoolTest {

    private final AtomicInteger released = new AtomicInteger();

    @Property
    void everySizeFitsItsClassWithAtMostAQuarterToSpare(@ForAll @IntRange(min = 1, max = 1 << 29) int bytes) {
        int index = StagingPool.classOf(bytes);
        int capacity = StagingPool.capacityOf(index);
        assertThat(capacity).isGreaterThanOrEqualTo(bytes);
        assertThat(StagingPool.classOf(capacity)).isEqualTo(index);
        if (bytes > 512) {
            assertThat(StagingPool.capacityOf(index - 1)).isLessThan(bytes);
            assertThat(capacity - bytes).isLessThanOrEqualTo(bytes / 4 + 1);
        }
    }

    @Test
    void aBufferHasRoomForHeaderPayloadAndPadding() {
        StagingPool pool = new StagingPool(1 << 20, released::incrementAndGet);
        for (int payload = 0; payload < 5000; payload += 7) {
            ByteBuffer buffer = pool.tryAcquire(payload);
            assertThat(buffer.position()).isZero();
            assertThat(buffer.limit()).isEqualTo(BatchRecord.HEADROOM_BYTES + payload);
            assertThat(buffer.capacity()).isGreaterThanOrEqualTo(buffer.limit() + 7);
            pool.release(buffer);
        }
    }

    @Test
    void nothingIsHandedOutPastTheBoundButOneBufferAlone() {
        StagingPool pool = new StagingPool(10_000, released::incrementAndGet);
        ByteBuffer large = pool.tryAcquire(50_000);
        assertThat(large).isNotNull();
        assertThat(pool.tryAcquire(1)).isNull();
        pool.release(large);
        List<ByteBuffer> taken = new ArrayList<>();
        for (ByteBuffer next = pool.tryAcquire(1000); next != null; next = pool.tryAcquire(1000)) {
            taken.add(next);
        }
        assertThat(taken).hasSize(7);
        assertThat(pool.inFlightBytes()).isLessThanOrEqualTo(10_000);
        taken.forEach(pool::release);
        assertThat(pool.inFlightBytes()).isZero();
        assertThat(released).hasValue(8);
    }

    @Test
    void oneBufferBeyondTheBoundKeepsALargeMessageGoing() {
        StagingPool pool = new StagingPool(10_000, released::incrementAndGet);
        ByteBuffer first = pool.tryAcquire(9000);
        ByteBuffer extra = pool.tryAcquireToGoOn(9000);
        assertThat(extra).isNotNull();
        assertThat(pool.tryAcquireToGoOn(9000)).isNull();
        pool.release(extra);
        assertThat(pool.tryAcquireToGoOn(9000)).isNotNull();
        pool.release(first);
    }

    @Test
    void aSteadyLoadAllocatesNothing() {
        StagingPool pool = new StagingPool(1 << 20, released::incrementAndGet);
        Set<ByteBuffer> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int round = 0; round < 100; round++) {
            List<ByteBuffer> taken = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                taken.add(pool.tryAcquire(3000 + i));
            }
            seen.addAll(taken);
            taken.forEach(pool::release);
        }
        assertThat(seen).hasSize(20);
    }

    @Test
    void whatIsKeptFollowsTheLoadAndStaysWithinTheBound() {
        StagingPool pool = new StagingPool(100_000, released::incrementAndGet);
        for (int size : new int[] {500, 3000, 20_000, 90_000, 500}) {
            List<ByteBuffer> taken = new ArrayList<>();
            for (ByteBuffer next = pool.tryAcquire(size); next != null; next = pool.tryAcquire(size)) {
                taken.add(next);
            }
            taken.forEach(pool::release);
            ByteBuffer again = pool.tryAcquire(size);
            assertThat(taken).anyMatch(buffer -> buffer == again);
            pool.release(again);
        }
        assertThat(pool.trim()).isBetween(1L, 100_000L);
        assertThat(pool.trim()).isZero();
    }
}
