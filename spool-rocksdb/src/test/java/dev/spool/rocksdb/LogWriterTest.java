package dev.spool.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolIoException;
import dev.spool.engine.record.Extensions;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import dev.spool.engine.spi.Batch;
import dev.spool.engine.spi.BatchRecord;
import dev.spool.engine.spi.Current;
import dev.spool.engine.spi.Head;
import dev.spool.engine.spi.StoredMessage;
import dev.spool.testkit.contract.Samples;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recovery makes the database hold what was published, and nothing else. */
class LogWriterTest {

    @TempDir
    Path temp;

    private final SpoolId id = SpoolId.next();
    private final SpoolId other = SpoolId.next();
    private final Head head = new Head();
    private Path directory;
    private SharedMemory memory;
    private OwnedDatabase database;
    private LogWriter writer;
    private long revision;
    private Crash crash = () -> {};

    @BeforeEach
    void open() throws SpoolException {
        NativeLibrary.load(Optional.empty());
        directory = temp.resolve("database");
        memory = new SharedMemory(1 << 20, 1 << 20);
        database = new OwnedDatabase(directory, memory, compacting -> openAgain(), open(true), damage -> {});
        LogState empty = new LogState(new UUID(1, 2), 0, 1, 1, 0, 0, 0, head);
        writer = new LogWriter(database, 1, empty, List.of(), List.of());
    }

    /** After what a crash of the machine has done to the files. */
    private Database openAgain() throws SpoolException {
        try {
            crash.run();
        } catch (IOException e) {
            throw new SpoolIoException("crash: " + e, e);
        }
        crash = () -> {};
        return open(false);
    }

    private interface Crash {
        void run() throws IOException;
    }

    private Database open(boolean create) throws SpoolException {
        return Database.open(directory, DatabaseOptions.forWriting(memory, 256 << 10, create, true));
    }

    @AfterEach
    void close() {
        database.close();
        memory.close();
    }

    @Test
    void aBatchThatWasWrittenAndNotPublishedIsUndone() throws Exception {
        publish(put(id, 1, null));
        Batch failed = batch(true, put(id, 2, current(id)), put(other, 3, null));
        writer.write(failed);
        assertThat(body(id)).isEqualTo(Samples.bytes(2, 2000));
        writer.recover(List.of());
        assertThat(body(id)).isEqualTo(Samples.bytes(1, 2000));
        assertThat(read(other)).isNull();
        publish(put(other, 4, null));
        assertThat(body(id)).isEqualTo(Samples.bytes(1, 2000));
        assertThat(body(other)).isEqualTo(Samples.bytes(4, 2000));
        assertThat(bodies(id)).isEqualTo(1);
    }

    @Test
    void aRemoveThatWasNotPublishedIsUndoneToo() throws Exception {
        publish(put(id, 1, null));
        Current current = current(id);
        writer.write(batch(true, remove(id, current)));
        assertThat(read(id)).isNull();
        writer.recover(List.of());
        assertThat(body(id)).isEqualTo(Samples.bytes(1, 2000));
        publish(remove(id, current(id)));
        publish();
        assertThat(read(id)).isNull();
        assertThat(bodies(id)).isZero();
    }

    @Test
    void whatWasPublishedUnsyncedAndIsLostIsWrittenAgain() throws Exception {
        publish(put(id, 1, null));
        database.use(open -> {
            open.flush();
            return open;
        });
        Path synced = temp.resolve("synced");
        copy(directory, synced);
        Batch first = batch(false, put(id, 2, current(id)));
        writer.write(first);
        writer.published();
        advance(first);
        Batch second = batch(false, put(other, 3, null));
        writer.write(second);
        writer.published();
        advance(second);
        crash = () -> {
            delete(directory);
            copy(synced, directory);
        };
        writer.recover(List.of(first, second));
        assertThat(body(id)).isEqualTo(Samples.bytes(2, 2000));
        assertThat(body(other)).isEqualTo(Samples.bytes(3, 2000));
        publish();
        assertThat(bodies(id)).isEqualTo(1);
        LogState state = database.read(open -> LogOpener.state(open, 0));
        assertThat(state.head().liveCount()).isEqualTo(2);
        assertThat(state.head().digest()).isEqualTo(head.digest());
    }

    private void publish(BatchRecord... records) throws SpoolException {
        Batch batch = batch(true, records);
        writer.write(batch);
        writer.published();
        advance(batch);
    }

    private void advance(Batch batch) {
        for (BatchRecord entry : batch.records()) {
            Current previous = entry.previous();
            head.advance(entry.header(), previous != null, previous == null ? null : previous.info());
        }
    }

    private Batch batch(boolean sync, BatchRecord... records) {
        return new Batch(List.of(records), sync, new Head(head));
    }

    private BatchRecord put(SpoolId of, long seed, @Nullable Current previous) {
        byte[] body = Samples.bytes(seed, 2000);
        ByteBuffer staged = ByteBuffer.allocateDirect(BatchRecord.HEADROOM_BYTES + body.length + 8);
        staged.put(BatchRecord.HEADROOM_BYTES, body).limit(BatchRecord.HEADROOM_BYTES + body.length);
        int crc = RecordHeader.crc(staged, BatchRecord.HEADROOM_BYTES, staged.limit());
        revision++;
        RecordHeader header = new RecordHeader(
                RecordType.PUT, (byte) 0, 0, revision, revision, of, body.length, body.length, crc, 0, Extensions.NONE);
        return new BatchRecord(header, previous, null, staged);
    }

    private BatchRecord remove(SpoolId of, @Nullable Current previous) {
        revision++;
        RecordHeader header =
                new RecordHeader(RecordType.REMOVE, (byte) 0, 0, revision, 0, of, 0, 0, 0, 0, Extensions.NONE);
        return new BatchRecord(header, previous, null, null);
    }

    private Current current(SpoolId of) throws SpoolException {
        return database.read(open -> {
            byte[] value = open.get(Keys.message(of), of);
            MessageRecord record = MessageRecord.decode(of, 0, value, "here");
            return new RocksCurrent(record.header().info(), value, record.body(), 0);
        });
    }

    private @Nullable StoredMessage read(SpoolId of) throws SpoolException {
        return database.find(open -> new MessageReader(0).read(open, of, true));
    }

    private byte[] body(SpoolId of) throws SpoolException {
        ByteBuffer part = read(of).body().get(0);
        byte[] bytes = new byte[part.remaining()];
        part.get(bytes);
        return bytes;
    }

    private int bodies(SpoolId of) throws SpoolException {
        return database.read(
                open -> BodyFinder.find(open, of, 0, Long.MAX_VALUE).size());
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.filter(each -> !each.endsWith("LOCK")).toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
