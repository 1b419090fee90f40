package dev.spool.file;

import static dev.spool.file.RecordDraft.bytesOf;
import static dev.spool.file.RecordDraft.crc;
import static dev.spool.file.RecordDraft.join;
import static dev.spool.file.RecordDraft.publish;
import static dev.spool.file.RecordDraft.record;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.engine.record.Extensions;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import dev.spool.engine.spi.Batch;
import dev.spool.engine.spi.BatchRecord;
import dev.spool.engine.spi.Current;
import dev.spool.engine.spi.StoredMessage;
import dev.spool.testkit.disk.IoEvent;
import dev.spool.testkit.disk.ManualClock;
import dev.spool.testkit.disk.SimulatedDisk;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;

/** A log of a few small segments on a simulated disk, that holds messages in every state, and what it should hold. */
final class SmallLog {

    static final SpoolOptions OPTIONS = SpoolOptions.builder()
            .segmentBytesMin(64 << 10)
            .segmentBytesMax(64 << 10)
            .build();
    private static final int IDS = 20;

    final SimulatedContext.Note note = new SimulatedContext.Note();
    final Map<SpoolId, Stored> model = new TreeMap<>();
    private final ManualClock clock = new ManualClock();
    private final Random random;
    private final int ids;
    private SimulatedDisk disk;
    private FileBackend backend;
    private FileLog log;
    private long nextRevision;

    /** What a message holds. */
    record Stored(byte[] body, byte[] envelope) {

        boolean sameAs(StoredMessage message) {
            byte[] found = new byte[0];
            for (ByteBuffer part : message.body()) {
                found = join(found, bytesOf(part));
            }
            return Arrays.equals(body, found) && Arrays.equals(envelope, bytesOf(message.envelope()));
        }
    }

    private SmallLog(long seed, int ids) throws Exception {
        this.ids = ids;
        random = new Random(seed);
        disk = new SimulatedDisk(seed);
        disk.createDirectories(SimulatedContext.DIRECTORY);
        open();
    }

    /** Stores, replaces, updates, removes and compacts by seed, then seals the log or kills its owner at rest. */
    static SmallLog written(long seed, boolean sealed) throws Exception {
        SmallLog small = new SmallLog(seed, IDS);
        for (int round = 0; round < 3; round++) {
            small.operations(30);
            small.compact();
            small.operations(6);
        }
        for (int i = 0; i < 6; i++) {
            small.envelopeThenRemove(new SpoolId(1, i));
        }
        if (sealed) {
            small.log.seal();
            small.backend.close();
        } else {
            small.clock.advance(Duration.ofMillis(150));
            small.log.idle();
        }
        small.disk.kill();
        small.disk = small.disk.newProcess();
        small.disk.surgery().settle();
        return small;
    }

    /** An empty log, open, for messages under so many ids. */
    static SmallLog open(long seed, int ids) throws Exception {
        return new SmallLog(seed, ids);
    }

    /** Does one thing after the other, by seed. */
    void operations(int count) throws SpoolException {
        for (int i = 0; i < count; i++) {
            operation();
        }
    }

    /** A part of a compaction, with so many commits after it. */
    void compactSome(int commits) throws SpoolException {
        backend.compactRound();
        for (int i = 0; i < commits; i++) {
            commit(List.of());
        }
    }

    /** Does something whose sync fails, so that the segment that it went to is cut, and goes on in another one. */
    void failedOperation() throws SpoolException {
        disk.faults().fail(IoEvent.Kind.SYNC, 1, path -> true);
        assertThatThrownBy(this::operation).isInstanceOf(CompletionException.class);
        disk.faults().clear();
        log.recover(List.of());
    }

    /** Seals the log and closes its files; the disk is as it was. */
    void seal() throws SpoolException {
        log.seal();
        backend.close();
    }

    /** The disk with no process on it. */
    SimulatedDisk disk() {
        return disk;
    }

    /** An id that was stored once or never, but not now. */
    List<SpoolId> absent() {
        List<SpoolId> absent = new ArrayList<>();
        for (int i = 0; i < IDS; i++) {
            SpoolId id = new SpoolId(1, i);
            if (!model.containsKey(id)) {
                absent.add(id);
            }
        }
        return absent;
    }

    private void open() throws SpoolException {
        backend = FileBackend.open(new SimulatedContext(disk, clock, OPTIONS, note));
        log = backend.logs().get(0);
        nextRevision = log.nextRevision();
    }

    /** Compacts until nothing is left to do, or for a while. */
    void compact() throws SpoolException {
        for (int i = 0; i < 4 && backend.compactRound(); i++) {
            commit(List.of());
            commit(List.of());
        }
    }

    private void operation() throws SpoolException {
        SpoolId id = new SpoolId(1, random.nextInt(ids));
        Current current = log.current(id);
        int choice = random.nextInt(10);
        if (choice == 0) {
            chunked(id);
        } else if (choice < 6 || current == null) {
            byte[] body = bytes(500 + random.nextInt(2500));
            byte[] envelope = bytes(random.nextInt(2) * (1 + random.nextInt(200)));
            RecordHeader header = header(RecordType.PUT, id, body, body.length, crc(body), envelope, null, current);
            commit(List.of(record(header, current, null, join(envelope, body))));
            model.put(id, new Stored(body, envelope));
        } else if (choice < 8) {
            envelope(id, current);
        } else {
            remove(id, current);
        }
    }

    private void envelopeThenRemove(SpoolId id) throws SpoolException {
        Current current = log.current(id);
        if (current != null) {
            envelope(id, current);
            remove(id, log.current(id));
        }
    }

    private void envelope(SpoolId id, Current current) throws SpoolException {
        byte[] envelope = bytes(1 + random.nextInt(200));
        long bytes = current.info().bodyBytes();
        RecordHeader header = header(
                RecordType.ENVELOPE, id, new byte[0], bytes, current.info().bodyCrc(), envelope, null, current);
        commit(List.of(record(header, current, null, envelope)));
        model.put(id, new Stored(model.get(id).body(), envelope));
    }

    private void remove(SpoolId id, Current current) throws SpoolException {
        RecordHeader header = header(RecordType.REMOVE, id, new byte[0], 0, 0, new byte[0], null, current);
        commit(List.of(record(header, current, null, null)));
        model.remove(id);
    }

    private void chunked(SpoolId id) throws SpoolException {
        byte[] whole = bytes(9000);
        byte[] envelope = bytes(50);
        byte[] first = Arrays.copyOf(whole, 4000);
        byte[] second = Arrays.copyOfRange(whole, 4000, 7000);
        byte[] last = Arrays.copyOfRange(whole, 7000, 9000);
        long revision = nextRevision;
        byte[] none = new byte[0];
        Extensions.Chunks chunks = new Extensions.Chunks(revision, 0, 0);
        BatchRecord one =
                record(header(RecordType.CHUNK, id, first, 9000, crc(first), none, chunks, null), null, null, first);
        chunks = new Extensions.Chunks(revision, 1, 0);
        BatchRecord two =
                record(header(RecordType.CHUNK, id, second, 9000, crc(second), none, chunks, null), null, one, second);
        commit(List.of(one));
        commit(List.of(two));
        Current current = log.current(id);
        chunks = new Extensions.Chunks(revision, 2, crc(whole));
        RecordHeader header = header(RecordType.PUT, id, last, 9000, crc(last), envelope, chunks, current);
        commit(List.of(record(header, current, two, join(envelope, last))));
        model.put(id, new Stored(whole, envelope));
    }

    private void commit(List<BatchRecord> records) throws SpoolException {
        Batch batch = new Batch(records, true, log.head());
        log.commit(batch).toCompletableFuture().join();
        publish(log, batch, records);
    }

    private RecordHeader header(
            byte type,
            SpoolId id,
            byte[] part,
            long bodyBytes,
            int partCrc,
            byte[] envelope,
            Extensions.Chunks chunks,
            Current current) {
        long revision = nextRevision++;
        long birth = current == null || current.info() == null
                ? revision
                : current.info().birthRevision();
        Extensions extensions = new Extensions(envelope.length, crc(envelope), chunks, List.of());
        return new RecordHeader(
                type,
                (byte) 0,
                0,
                revision,
                birth,
                id,
                part.length,
                bodyBytes,
                partCrc,
                1_700_000_000_000L,
                extensions);
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
