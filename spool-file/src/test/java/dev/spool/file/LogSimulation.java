package dev.spool.file;

import static dev.spool.file.RecordDraft.bytesOf;
import static dev.spool.file.RecordDraft.crc;
import static dev.spool.file.RecordDraft.join;
import static dev.spool.file.RecordDraft.publish;
import static dev.spool.file.RecordDraft.record;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolFullException;
import dev.spool.SpoolId;
import dev.spool.SpoolInDoubtException;
import dev.spool.SpoolIoException;
import dev.spool.SpoolOptions;
import dev.spool.engine.record.Extensions;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import dev.spool.engine.spi.Batch;
import dev.spool.engine.spi.BatchRecord;
import dev.spool.engine.spi.Current;
import dev.spool.engine.spi.LogScan;
import dev.spool.engine.spi.MaintenanceStep;
import dev.spool.engine.spi.StoredMessage;
import dev.spool.testkit.disk.ManualClock;
import dev.spool.testkit.disk.PowerCut;
import dev.spool.testkit.disk.SimulatedDisk;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;

/**
 * One log on a simulated disk, driven through random operations, maintenance, failures and crashes by seed, and held against a
 * map: completed is there, byte for byte; removed is gone; a batch in doubt is there whole or not at all.
 */
final class LogSimulation {

    private static final int IDS = 24;

    private final long seed;
    private final Random random;
    private final SpoolOptions options;
    private final ManualClock clock = new ManualClock();
    private final SimulatedContext.Note note = new SimulatedContext.Note();
    private final Map<SpoolId, Version> model = new HashMap<>();
    private final List<Map<SpoolId, Version>> doubts = new ArrayList<>();
    private final SimulationPoints points;
    private SimulatedDisk disk;
    private SimulatedContext context;
    private FileBackend backend;
    private FileLog log;
    private long nextRevision;
    private LogFaults faults;
    private boolean recoverFirst;
    private boolean beside;
    private Chunked chunked;

    /** A version of a message; null arrays for none. */
    record Version(byte[] body, byte[] envelope) {
        static final Version ABSENT = new Version(null, null);

        boolean absent() {
            return body == null;
        }

        boolean sameAs(Version other) {
            return Arrays.equals(body, other.body) && Arrays.equals(envelope, other.envelope);
        }
    }

    LogSimulation(long seed, Map<String, Integer> hits) throws Exception {
        this.seed = seed;
        this.points = new SimulationPoints(hits);
        this.random = new Random(seed);
        this.options = SpoolOptions.builder()
                .segmentBytesMin(64 << 10)
                .segmentBytesMax(64 << 10)
                .build();
        this.disk = new SimulatedDisk(seed);
        this.faults = new LogFaults(random, this::count);
        disk.createDirectories(SimulatedContext.DIRECTORY);
    }

    /** So many lives of the log, each ended by a crash, a kill or a clean close. */
    void run(int lives) throws Exception {
        for (int life = 0; life < lives; life++) {
            try {
                if (random.nextInt(4) > 0) {
                    disk.crashAfter(1 + random.nextInt(random.nextBoolean() ? 60 : 600));
                }
                open();
                int steps = 20 + random.nextInt(120);
                for (int i = 0; i < steps; i++) {
                    run(this::step);
                }
                end();
            } catch (PowerCut cut) {
                points.crash(cut);
                disk = disk.afterCrash();
            }
            disk.crashNever();
        }
        open();
        verifyAll();
        end();
        disk.crashNever();
    }

    private void end() throws Exception {
        switch (random.nextInt(3)) {
            case 0 -> {
                disk.kill();
                disk = disk.newProcess();
                count("kill");
            }
            case 1 -> {
                disk.crash();
                disk = disk.afterCrash();
                count("power cut at rest");
            }
            default -> {
                faults.clear(disk);
                disk.crashNever();
                if (recoverFirst) {
                    log.recover(List.of());
                    recoverFirst = false;
                }
                long revision = log.head().revision();
                log.seal();
                doubts.clear();
                backend.close();
                count("clean close");
                disk = disk.newProcess();
                open();
                check(log.sealedAtOpen() != null, "sealed log is found sealed");
                check(log.head().revision() == revision, "head after a clean close");
                disk.kill();
                disk = disk.newProcess();
            }
        }
    }

    private void open() throws Exception {
        recoverFirst = false;
        chunked = null;
        faults.clear(disk);
        if (faults.readsFailAtOpen(disk)) {
            try {
                openBackend();
            } catch (SpoolIoException e) {
                count("open refused by a failed read");
                faults.clear(disk);
                openBackend();
            }
            faults.clear(disk);
        } else {
            openBackend();
        }
        log = backend.logs().get(0);
        nextRevision = log.nextRevision();
        settleDoubt();
        verifyAll();
        if (random.nextInt(8) == 0) {
            points.records(log);
        }
    }

    private void openBackend() throws Exception {
        context = new SimulatedContext(disk, clock, options, note);
        backend = FileBackend.open(context);
        check(context.damages.isEmpty(), "no damage is found after a crash: " + context.damages);
    }

    /** After an open, what was in doubt is there whole or not at all, and stays so. Of several, no more than one counts. */
    private void settleDoubt() throws SpoolException {
        boolean settled = doubts.isEmpty() || looksLike(Map.of());
        if (!doubts.isEmpty() && settled) {
            count("doubt: absent");
        }
        for (Map<SpoolId, Version> doubt : doubts) {
            if (!settled && looksLike(doubt)) {
                doubt.forEach(this::apply);
                count("doubt: whole");
                settled = true;
            }
        }
        check(settled, "a batch in doubt is there whole or not at all");
        doubts.clear();
    }

    private boolean looksLike(Map<SpoolId, Version> doubt) throws SpoolException {
        Set<SpoolId> concerned = new HashSet<>();
        doubts.forEach(any -> concerned.addAll(any.keySet()));
        for (SpoolId id : concerned) {
            Version expected = doubt.getOrDefault(id, model.getOrDefault(id, Version.ABSENT));
            if (!read(id).sameAs(expected)) {
                return false;
            }
        }
        return true;
    }

    private void step() throws Exception {
        int choice = random.nextInt(100);
        if (choice < 60) {
            commit(operations());
        } else if (choice < 68) {
            chunked();
        } else if (choice < 73) {
            clock.advance(Duration.ofMillis(random.nextInt(150)));
            idle();
        } else if (choice < 75) {
            faults.strike(disk);
        } else if (choice < 77) {
            readRandom();
        } else {
            maintain();
        }
        if (context.commitRequested && random.nextInt(3) > 0) {
            commit(List.of());
        }
    }

    private void idle() {
        try {
            log.idle();
        } catch (SpoolException e) {
            recoverFirst = true;
            count("proof failed");
        }
    }

    /** A step of one thread. */
    private interface Step {
        void run() throws Exception;
    }

    /**
     * Does {@code step}, and now and then, where it is about to read or write, something of {@code another} thread, as if the two
     * ran at once.
     */
    private <T> T beside(Step another, Callable<T> step) throws Exception {
        if (beside) {
            return step.call();
        }
        beside = true;
        disk.listener(event -> {
            if (random.nextInt(20) == 0) {
                disk.listener(null);
                run(another);
            }
        });
        try {
            return step.call();
        } finally {
            disk.listener(null);
            beside = false;
        }
    }

    private void run(Step step) {
        try {
            step.run();
        } catch (SpoolIoException unreadable) {
            return; // only what looks up a message before it changes it; nothing was begun
        } catch (SpoolCorruptException damage) {
            check(false, "what nothing has damaged is found damaged: " + damage.getMessage());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private void maintain() throws Exception {
        beside(this::change, () -> {
            maintainAlone();
            return null;
        });
    }

    private void change() throws Exception {
        if (chunked != null && random.nextBoolean()) {
            chunked();
        } else {
            commit(operations());
        }
    }

    private void maintainAlone() throws SpoolException {
        try {
            if (random.nextInt(5) == 0) {
                backend.compactRound();
            } else {
                List<MaintenanceStep> steps = backend.maintenance();
                steps.get(random.nextInt(steps.size())).step();
            }
        } catch (SpoolException e) {
            count("maintenance failed");
        }
    }

    private List<BatchRecord> operations() throws SpoolException {
        List<BatchRecord> records = new ArrayList<>();
        Set<SpoolId> used = new HashSet<>();
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            SpoolId id = id();
            if (used.add(id)) {
                BatchRecord record = operation(id);
                if (record != null) {
                    records.add(record);
                }
            }
        }
        return records;
    }

    /** Null if the message cannot be looked up now. */
    private BatchRecord operation(SpoolId id) throws SpoolException {
        Current current;
        try {
            current = log.current(id);
        } catch (SpoolIoException e) {
            count("read failed");
            return null;
        }
        int choice = random.nextInt(10);
        if (choice < 5 || current == null) {
            byte[] body = bytes(random.nextInt(10) == 0 ? 0 : random.nextInt(3000));
            return put(id, current, body, bytes(random.nextInt(3) * random.nextInt(200)));
        }
        if (choice < 7) {
            return envelope(id, current, bytes(random.nextInt(200)));
        }
        return record(header(RecordType.REMOVE, id, 0, 0, 0, Extensions.NONE, current), current, null, null);
    }

    private BatchRecord put(SpoolId id, Current current, byte[] body, byte[] envelope) {
        Extensions extensions = new Extensions(envelope.length, crc(envelope), null, List.of());
        RecordHeader header = header(RecordType.PUT, id, body.length, body.length, crc(body), extensions, current);
        return record(header, current, null, join(envelope, body));
    }

    private BatchRecord envelope(SpoolId id, Current current, byte[] envelope) {
        Extensions extensions = new Extensions(envelope.length, crc(envelope), null, List.of());
        RecordHeader header = header(
                RecordType.ENVELOPE,
                id,
                0,
                current.info().bodyBytes(),
                current.info().bodyCrc(),
                extensions,
                current);
        return record(header, current, null, envelope);
    }

    /** A message in chunks on its way, part by part; other operations come between. */
    private static final class Chunked {
        private final SpoolId id;
        private final int parts;
        private final long firstRevision;
        private byte[] whole = new byte[0];
        private int written;
        private BatchRecord last;

        Chunked(SpoolId id, int parts, long firstRevision) {
            this.id = id;
            this.parts = parts;
            this.firstRevision = firstRevision;
        }
    }

    /** Writes the next part of a message in chunks, which sometimes is never finished. */
    private void chunked() throws Exception {
        if (chunked == null) {
            chunked = new Chunked(id(), 2 + random.nextInt(3), nextRevision);
        }
        Chunked message = chunked;
        byte[] part = bytes(2000 + random.nextInt(4000));
        boolean last = message.written == message.parts - 1;
        byte[] whole = join(message.whole, part);
        Current current = last ? log.current(message.id) : null;
        Extensions.Chunks chunks = new Extensions.Chunks(message.firstRevision, message.written, last ? crc(whole) : 0);
        Extensions extensions = new Extensions(0, 0, chunks, List.of());
        RecordHeader header = last
                ? header(RecordType.PUT, message.id, part.length, whole.length, crc(part), extensions, current)
                : header(RecordType.CHUNK, message.id, part.length, part.length, crc(part), extensions, null);
        BatchRecord record = record(header, current, message.last, part);
        boolean committed = commit(List.of(record), last ? whole : null);
        if (committed && !last && random.nextInt(12) > 0) {
            message.whole = whole;
            message.written++;
            message.last = record;
            return;
        }
        chunked = null;
        if (committed && last) {
            count("chunked message");
            return;
        }
        BatchRecord orphan = committed ? record : message.last;
        if (orphan != null) {
            log.abandon(orphan);
            count("chunks abandoned");
        }
    }

    private void commit(List<BatchRecord> records) throws Exception {
        commit(records, null);
    }

    /** True if it was committed. */
    private boolean commit(List<BatchRecord> records, byte[] wholeBody) throws Exception {
        Map<SpoolId, Version> after = new TreeMap<>();
        for (BatchRecord record : records) {
            Version version = after(record, wholeBody);
            if (version != null) {
                after.put(record.header().id(), version);
            }
        }
        if (recoverFirst && !recover()) {
            return false;
        }
        context.commitRequested = false;
        doubts.add(after);
        Batch batch = new Batch(records, true, log.head());
        try {
            beside(
                    this::maintainAlone,
                    () -> log.commit(batch).toCompletableFuture().join());
        } catch (CompletionException e) {
            if (e.getCause() instanceof SpoolFullException) {
                doubts.remove(doubts.size() - 1); // certainly absent
                count("commit refused for want of room");
                return false;
            }
            check(
                    e.getCause() instanceof SpoolInDoubtException || e.getCause() instanceof SpoolIoException,
                    "a failed commit is in doubt: " + e.getCause());
            recoverFirst = true;
            count("commit failed");
            return false;
        }
        publish(log, batch, records);
        doubts.clear();
        after.forEach(this::apply);
        return true;
    }

    /** False if the disk does not let it. */
    private boolean recover() {
        try {
            log.recover(List.of());
        } catch (SpoolException e) {
            count("recovery from a failed commit failed");
            return false;
        }
        recoverFirst = false;
        count("recovered from a failed commit");
        return true;
    }

    private Version after(BatchRecord record, byte[] wholeBody) {
        RecordHeader header = record.header();
        if (header.type() == RecordType.CHUNK) {
            return null;
        }
        if (header.type() == RecordType.REMOVE) {
            return Version.ABSENT;
        }
        byte[] payload = new byte[record.staged().limit() - BatchRecord.HEADROOM_BYTES];
        record.staged().get(BatchRecord.HEADROOM_BYTES, payload);
        byte[] envelope = Arrays.copyOf(payload, header.envelopeBytes());
        if (header.type() == RecordType.ENVELOPE) {
            return new Version(model.get(header.id()).body(), envelope);
        }
        byte[] body = Arrays.copyOfRange(payload, envelope.length, payload.length);
        return new Version(wholeBody != null ? wholeBody : body, envelope);
    }

    private void apply(SpoolId id, Version version) {
        if (version.absent()) {
            model.remove(id);
        } else {
            model.put(id, version);
        }
    }

    private void readRandom() throws SpoolException {
        SpoolId id = id();
        Version expected = model.getOrDefault(id, Version.ABSENT);
        if (faults.failReads()) {
            return;
        }
        check(read(id).sameAs(expected), "a committed message is read as it was stored: " + id);
    }

    void verifyAll() throws SpoolException {
        Set<SpoolId> scanned = new HashSet<>();
        try (LogScan scan = log.scan()) {
            for (LogScan.Entry entry = scan.next(true); entry != null; entry = scan.next(true)) {
                check(entry.damage() == null, "no damage in a scan: " + entry.damage());
                check(scanned.add(entry.id()), "a message comes once");
            }
        }
        check(scanned.equals(model.keySet()), "the scan finds " + scanned.size() + " of " + model.size() + " messages");
        long bytes = 0;
        for (Map.Entry<SpoolId, Version> entry : model.entrySet()) {
            Version found = read(entry.getKey());
            check(found.sameAs(entry.getValue()), "a message is as it was stored: " + entry.getKey());
            bytes += found.body().length + found.envelope().length;
        }
        check(log.head().liveCount() == model.size(), "live count " + log.head().liveCount() + " of " + model.size());
        check(log.head().liveBytes() == bytes, "live bytes " + log.head().liveBytes() + " of " + bytes);
    }

    private Version read(SpoolId id) throws SpoolException {
        StoredMessage message = log.read(id, true);
        if (message == null) {
            return Version.ABSENT;
        }
        byte[] body = new byte[0];
        for (ByteBuffer part : message.body()) {
            body = join(body, bytesOf(part));
        }
        return new Version(body, bytesOf(message.envelope()));
    }

    private RecordHeader header(
            byte type, SpoolId id, int partBytes, long bodyBytes, int partCrc, Extensions extensions, Current current) {
        long revision = nextRevision++;
        long birth = current == null || current.info() == null
                ? revision
                : current.info().birthRevision();
        return new RecordHeader(
                type, (byte) 0, 0, revision, birth, id, partBytes, bodyBytes, partCrc, 1_700_000_000_000L, extensions);
    }

    private SpoolId id() {
        return new SpoolId(1, random.nextInt(IDS));
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private void count(String point) {
        points.count(point);
    }

    private void check(boolean holds, String rule) {
        if (!holds) {
            throw new AssertionError("seed " + seed + ": " + rule + "\n" + disk.traceText());
        }
    }
}
