package dev.spool.file;

import static dev.spool.file.RecordDraft.crc;
import static dev.spool.file.RecordDraft.publish;
import static dev.spool.file.RecordDraft.record;

import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolMetrics;
import dev.spool.SpoolOptions;
import dev.spool.engine.io.EngineClock;
import dev.spool.engine.record.Extensions;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import dev.spool.engine.spi.Batch;
import dev.spool.engine.spi.BatchRecord;
import dev.spool.engine.spi.Current;
import dev.spool.engine.spi.MaintenanceStep;
import dev.spool.testkit.disk.ManualClock;
import dev.spool.testkit.disk.SimulatedDisk;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** One log of small segments on a simulated disk, whose commits and maintenance the test drives step by step. */
final class DrivenLog {

    private static final int BODY_BYTES = 3000;
    static final int BYTES_PER_SECOND = 64 << 10;

    final ManualClock clock = new ManualClock();
    /** Run whenever the log looks at the clock, as it does before and after each sync. */
    Runnable onClock = () -> {};

    private final SimulatedDisk disk = new SimulatedDisk(1);
    private final SimulatedContext.Note note = new SimulatedContext.Note();
    private final SpoolOptions options;
    private FileBackend backend;
    private FileLog log;
    private long nextRevision;

    DrivenLog(SpoolMetrics metrics) throws Exception {
        this(metrics, 64 << 10);
    }

    /** @param segmentBytes a sixth of it is the most that a batch takes */
    DrivenLog(SpoolMetrics metrics, int segmentBytes) throws Exception {
        disk.createDirectories(SimulatedContext.DIRECTORY);
        options = SpoolOptions.builder()
                .segmentBytesMin(segmentBytes)
                .segmentBytesMax(segmentBytes)
                .compactionBytesPerSecond(BYTES_PER_SECOND)
                .metrics(metrics)
                .build();
        open();
    }

    private void open() throws SpoolException {
        backend = FileBackend.open(new SimulatedContext(disk, new Watched(), options, note));
        log = backend.logs().get(0);
        nextRevision = log.nextRevision();
    }

    /** Closes it cleanly and opens it again. */
    void reopen() throws SpoolException {
        log.seal();
        backend.close();
        open();
    }

    FileLog log() {
        return log;
    }

    /** The newest segment by its life, as the log knows it. */
    long newestLife() {
        return log.files().living().stream().mapToLong(Segment::life).max().orElse(0);
    }

    /** The newest segment as the epoch file knows it. */
    long newestLifeTold() {
        return NamedSegments.of(note.bytes).newestOf(0).life();
    }

    MaintenanceStep compactor() {
        return backend.maintenance().stream()
                .filter(step -> step.name().startsWith("compact"))
                .findFirst()
                .orElseThrow();
    }

    static SpoolId id(int number) {
        return new SpoolId(7, number);
    }

    void store(SpoolId id) throws SpoolException {
        commit(List.of(put(id)));
    }

    /** Stores it without a sync, as a deferred spool does. */
    void storeUnsynced(SpoolId id) throws SpoolException {
        commit(List.of(put(id)), false);
    }

    /** Stores all in one batch, so that they lie side by side, without padding. */
    void storeAll(List<SpoolId> ids) throws SpoolException {
        List<BatchRecord> records = new ArrayList<>();
        for (SpoolId id : ids) {
            records.add(put(id));
        }
        commit(records);
    }

    private BatchRecord put(SpoolId id) {
        byte[] body = new byte[BODY_BYTES];
        new Random(id.low()).nextBytes(body);
        long revision = nextRevision++;
        RecordHeader header = new RecordHeader(
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
                Extensions.NONE);
        return record(header, null, null, body);
    }

    void remove(SpoolId id) throws SpoolException {
        commit(List.of(removal(id)));
    }

    /** Removes all in one batch. */
    void removeAll(List<SpoolId> ids) throws SpoolException {
        List<BatchRecord> records = new ArrayList<>();
        for (SpoolId id : ids) {
            records.add(removal(id));
        }
        commit(records);
    }

    private BatchRecord removal(SpoolId id) throws SpoolException {
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
        return record(header, current, null, null);
    }

    /** Lets what compaction hands over ride in a batch, and its proof in another. */
    void commitNothing() throws SpoolException {
        commit(List.of());
        commit(List.of());
    }

    private void commit(List<BatchRecord> records) throws SpoolException {
        commit(records, true);
    }

    private void commit(List<BatchRecord> records, boolean sync) throws SpoolException {
        Batch batch = new Batch(records, sync, log.head());
        log.commit(batch).toCompletableFuture().join();
        publish(log, batch, records);
    }

    private final class Watched implements EngineClock {
        @Override
        public long nanoTime() {
            onClock.run();
            return clock.nanoTime();
        }

        @Override
        public Instant now() {
            return clock.now();
        }
    }
}
