package dev.spool.file;

import static dev.spool.file.RecordDraft.crc;
import static dev.spool.file.RecordDraft.publish;
import static dev.spool.file.RecordDraft.record;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolMetrics;
import dev.spool.SpoolOptions;
import dev.spool.engine.record.Extensions;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import dev.spool.engine.spi.Batch;
import dev.spool.engine.spi.BatchRecord;
import dev.spool.engine.spi.Current;
import dev.spool.engine.spi.MaintenanceStep;
import dev.spool.testkit.disk.ManualClock;
import dev.spool.testkit.disk.SimulatedDisk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** In the background compaction keeps to its pace, however often it is woken; what is wholly dead costs nothing and need not wait. */
class CompactionPaceTest {

    private static final int BODY_BYTES = 3000;
    private static final int BYTES_PER_SECOND = 64 << 10;

    private final ManualClock clock = new ManualClock();
    private final SimulatedDisk disk = new SimulatedDisk(1);
    private final List<Long> copiedBytes = new ArrayList<>();
    private FileBackend backend;
    private FileLog log;
    private MaintenanceStep compactor;
    private long nextRevision;

    @BeforeEach
    void open() throws Exception {
        disk.createDirectories(SimulatedContext.DIRECTORY);
        SpoolOptions options = SpoolOptions.builder()
                .segmentBytesMin(64 << 10)
                .segmentBytesMax(64 << 10)
                .compactionBytesPerSecond(BYTES_PER_SECOND)
                .metrics(new SpoolMetrics() {
                    @Override
                    public void compacted(int shard, long bytesCopied, long bytesFreed) {
                        copiedBytes.add(bytesCopied);
                    }
                })
                .build();
        backend = FileBackend.open(new SimulatedContext(disk, clock, options, new SimulatedContext.Note()));
        log = backend.logs().get(0);
        nextRevision = log.nextRevision();
        compactor = backend.maintenance().stream()
                .filter(step -> step.name().startsWith("compact"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void copiesNoMoreThanItsPaceAllowsHoweverOftenItIsWoken() throws Exception {
        for (int i = 0; i < 600; i++) {
            store(id(i));
        }
        for (int i = 0; i < 600; i++) {
            if (i % 4 > 0) {
                remove(id(i)); // no segment dies whole
            }
        }
        for (int round = 0; round < 50; round++) {
            compactor.step();
            commitNothing();
        }
        assertThat(copiedBytes.stream().filter(bytes -> bytes > 0)).as("rounds").hasSize(1);
        long first = sum();
        for (int second = 1; second <= 30; second++) {
            clock.advance(Duration.ofSeconds(1));
            compactor.step();
            commitNothing();
            assertThat(sum()).isLessThanOrEqualTo(first + (long) second * BYTES_PER_SECOND);
        }
        assertThat(sum()).as("it goes on").isGreaterThan(first);
    }

    private long sum() {
        return copiedBytes.stream().mapToLong(Long::longValue).sum();
    }

    @Test
    void refillsThePoolFromSegmentsThatDiedWholeWhileItRests() throws Exception {
        for (int i = 0; i < 600; i++) {
            store(id(i));
        }
        for (int i = 0; i < 300; i++) {
            if (i % 4 > 0) {
                remove(id(i));
            }
        }
        for (int round = 0; round < 8; round++) {
            compactor.step();
            commitNothing();
        }
        long copied = sum();
        assertThat(copied).as("bytes copied, so that it rests").isPositive();
        log.files().takePool();
        for (int i = 300; i < 600; i++) {
            remove(id(i)); // whole segments
        }
        for (int round = 0; round < 8; round++) {
            compactor.step();
            commitNothing();
        }
        assertThat(sum()).isEqualTo(copied);
        assertThat(log.files().readyCount()).isGreaterThanOrEqualTo(4);
    }

    private static SpoolId id(int number) {
        return new SpoolId(7, number);
    }

    private void store(SpoolId id) throws SpoolException {
        byte[] body = new byte[BODY_BYTES];
        long revision = nextRevision++;
        commit(List.of(record(
                new RecordHeader(
                        RecordType.PUT,
                        (byte) 0,
                        0,
                        revision,
                        revision,
                        id,
                        body.length,
                        body.length,
                        crc(body),
                        0,
                        Extensions.NONE),
                null,
                null,
                body)));
    }

    private void remove(SpoolId id) throws SpoolException {
        Current current = log.current(id);
        RecordHeader header = new RecordHeader(
                RecordType.REMOVE,
                (byte) 0,
                0,
                nextRevision++,
                current.info().birthRevision(),
                id,
                0,
                0,
                0,
                0,
                Extensions.NONE);
        commit(List.of(record(header, current, null, null)));
    }

    private void commitNothing() throws SpoolException {
        commit(List.of());
        commit(List.of());
    }

    private void commit(List<BatchRecord> records) throws SpoolException {
        Batch batch = new Batch(records, true, log.head());
        log.commit(batch).toCompletableFuture().join();
        publish(log, batch, records);
    }
}
