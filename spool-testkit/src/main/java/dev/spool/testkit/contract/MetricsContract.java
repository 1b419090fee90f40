package dev.spool.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Health;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolMetrics;
import dev.spool.StoreOptions;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

/** The metrics listener is told of every operation once, with its bytes. */
public abstract class MetricsContract extends SpoolContract {

    @Test
    void everyOperationIsCountedWithItsBytes() throws SpoolException {
        Counts counts = new Counts();
        try (Spool spool = open(options().toBuilder().metrics(counts).build())) {
            SpoolId id = SpoolId.next();
            for (int i = 0; i < 10; i++) {
                spool.store(id, Samples.message(i, 1000, 100)).join();
                spool.blocking().store(SpoolId.next(), Samples.message(i, 2000));
            }
            spool.load(id).join();
            spool.blocking().load(id);
            spool.loadEnvelope(id).join();
            spool.updateEnvelope(id, ByteBuffer.allocate(30)).join();
            spool.remove(id).join();
        }
        assertThat(counts.of(SpoolMetrics.Operation.STORE)).isEqualTo("20 operations, 31000 bytes");
        assertThat(counts.of(SpoolMetrics.Operation.LOAD)).isEqualTo("2 operations, 2200 bytes");
        assertThat(counts.of(SpoolMetrics.Operation.LOAD_ENVELOPE)).isEqualTo("1 operations, 100 bytes");
        assertThat(counts.of(SpoolMetrics.Operation.UPDATE_ENVELOPE)).isEqualTo("1 operations, 30 bytes");
        assertThat(counts.of(SpoolMetrics.Operation.REMOVE)).startsWith("1 operations");
        assertThat(counts.shortestNanos).hasPositiveValue();
        assertThat(counts.failures).isEmpty();
    }

    @Test
    void operationsOfABulkAreCountedOneByOne() throws SpoolException {
        Counts counts = new Counts();
        try (Spool spool = open(options().toBuilder().metrics(counts).build())) {
            SpoolId one = SpoolId.next();
            SpoolId other = SpoolId.next();
            spool.storeAll(
                            Map.of(one, Samples.message(1, 10, 1), other, Samples.message(2, 20, 2)),
                            StoreOptions.DEFAULT)
                    .join();
            spool.removeAll(List.of(one, other)).join();
        }
        assertThat(counts.of(SpoolMetrics.Operation.STORE)).isEqualTo("2 operations, 33 bytes");
        assertThat(counts.of(SpoolMetrics.Operation.REMOVE)).startsWith("2 operations");
    }

    @Test
    void failuresAreCountedByKind() throws SpoolException {
        Counts counts = new Counts();
        try (Spool spool = open(options().toBuilder().metrics(counts).build())) {
            StoreOptions atOnce =
                    StoreOptions.DEFAULT.withDeadline(Duration.ofNanos(1)).withGiveUpAfter(Duration.ofSeconds(60));
            assertThat(failureOf(spool.store(SpoolId.next(), Samples.message(1, 10), atOnce)))
                    .isNotNull();
            spool.drainable().drain(Duration.ofSeconds(60));
            assertThat(failureOf(spool.store(SpoolId.next(), Samples.message(1, 10))))
                    .isNotNull();
        }
        assertThat(counts.failures).containsExactly("STORE SpoolDeadlineException", "STORE SpoolDrainingException");
        assertThat(counts.of(SpoolMetrics.Operation.STORE)).isEqualTo("0 operations, 0 bytes");
    }

    @Test
    void commitsAreToldWithTheirOperationsAndBytes() throws SpoolException {
        Counts counts = new Counts();
        try (Spool spool = open(options().toBuilder().metrics(counts).build())) {
            storeMany(spool, 100, 1000, 0);
        }
        assertThat(counts.committedOperations.sum()).isEqualTo(100);
        assertThat(counts.commits.sum()).isBetween(1L, 200L);
        assertThat(counts.committedBytes.sum()).isGreaterThanOrEqualTo(100_000);
    }

    @Test
    void changesOfHealthAreTold() throws SpoolException {
        Counts counts = new Counts();
        try (Spool spool = open(options().toBuilder().metrics(counts).build())) {
            spool.drainable().drain(Duration.ofSeconds(60));
            spool.drainable().resumeAfterAbort();
        }
        assertThat(counts.health).containsSubsequence(Health.Cause.DRAINING, Health.Cause.NONE, Health.Cause.CLOSED);
    }

    @Test
    void aListenerThatThrowsHarmsNobody() throws SpoolException {
        SpoolMetrics throwing = (SpoolMetrics) Proxy.newProxyInstance(
                SpoolMetrics.class.getClassLoader(),
                new Class<?>[] {SpoolMetrics.class},
                (proxy, method, arguments) -> {
                    throw new AssertionError("thrown by a listener, on purpose");
                });
        try (Spool spool = open(options().toBuilder().metrics(throwing).build())) {
            SpoolId id = SpoolId.next();
            spool.store(id, Samples.message(1, 1000)).join();
            storeMany(spool, 50, 1000, 0);
            spool.compact().join();
            assertSame(id, spool.blocking().load(id).orElseThrow(), Samples.message(1, 1000));
            assertThat(spool.remove(id).join()).isTrue();
            assertThat(spool.unhealthyReason()).isNull();
        }
    }

    /** A listener that counts. */
    private static final class Counts implements SpoolMetrics {
        private final Map<Operation, LongAdder> operations = new ConcurrentHashMap<>();
        private final Map<Operation, LongAdder> bytes = new ConcurrentHashMap<>();
        private final AtomicLong shortestNanos = new AtomicLong(Long.MAX_VALUE);
        private final List<String> failures = new CopyOnWriteArrayList<>();
        private final List<Health.Cause> health = new CopyOnWriteArrayList<>();
        private final LongAdder commits = new LongAdder();
        private final LongAdder committedOperations = new LongAdder();
        private final LongAdder committedBytes = new LongAdder();

        @Override
        public void completed(Operation operation, long moved, long nanos) {
            operations.computeIfAbsent(operation, key -> new LongAdder()).increment();
            bytes.computeIfAbsent(operation, key -> new LongAdder()).add(moved);
            shortestNanos.accumulateAndGet(nanos, Math::min);
        }

        @Override
        public void failed(Operation operation, String kind) {
            failures.add(operation + " " + kind);
        }

        @Override
        public void committed(int shard, int count, long written, long syncNanos) {
            commits.increment();
            committedOperations.add(count);
            committedBytes.add(written);
        }

        @Override
        public void healthChanged(Health changed) {
            health.add(changed.cause());
        }

        String of(Operation operation) {
            LongAdder none = new LongAdder();
            return operations.getOrDefault(operation, none) + " operations, " + bytes.getOrDefault(operation, none)
                    + " bytes";
        }
    }
}
