package dev.spool.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.SpoolFullException;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.engine.record.Extensions;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import dev.spool.engine.spi.Backend;
import dev.spool.engine.spi.Batch;
import dev.spool.engine.spi.BatchRecord;
import dev.spool.testkit.disk.ManualClock;
import dev.spool.testkit.disk.SimulatedDisk;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** However often a full spool is killed and opened again, it opens, with all that was in it. */
class FullRecoveryTest {

    private static final SpoolOptions OPTIONS = SpoolOptions.builder()
            .segmentBytesMin(64 << 10)
            .segmentBytesMax(64 << 10)
            .maxTotalBytes(2 << 20)
            .build();

    private final ManualClock clock = new ManualClock();
    private final SimulatedContext.Note note = new SimulatedContext.Note();
    private SimulatedDisk disk = new SimulatedDisk(1);

    @Test
    void opensAFullSpoolAfterManyKills() throws Exception {
        disk.createDirectories(SimulatedContext.DIRECTORY);
        FileBackend backend = FileBackend.open(new SimulatedContext(disk, clock, OPTIONS, note));
        long stored = 0;
        while (backend.space() != Backend.Space.FULL && store(backend.logs().get(0), stored)) {
            stored++;
        }
        assertThat(stored).isPositive();
        for (int i = 0; i < 40; i++) {
            disk.kill();
            disk = disk.newProcess();
            backend = FileBackend.open(new SimulatedContext(disk, clock, OPTIONS, note));
            assertThat(backend.logs().get(0).head().liveCount()).isEqualTo(stored);
        }
    }

    private static boolean store(FileLog log, long number) throws Exception {
        int limit = BatchRecord.HEADROOM_BYTES + 300;
        ByteBuffer staged = ByteBuffer.allocateDirect(limit + 8).limit(limit);
        int crc = RecordHeader.crc(staged, BatchRecord.HEADROOM_BYTES, limit);
        long revision = log.head().revision() + 1;
        RecordHeader put = new RecordHeader(
                RecordType.PUT,
                (byte) 0,
                0,
                revision,
                revision,
                new SpoolId(1, number),
                300,
                300,
                crc,
                0,
                Extensions.NONE);
        Batch batch = new Batch(List.of(new BatchRecord(put, null, null, staged)), true, log.head());
        try {
            log.commit(batch).toCompletableFuture().join();
        } catch (CompletionException e) {
            assertThat(e.getCause()).isInstanceOf(SpoolFullException.class);
            return false;
        }
        log.publish(batch);
        log.head().advance(put, false, null);
        return true;
    }
}
