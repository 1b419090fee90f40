package dev.spool.lmdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.SpoolException;
import dev.spool.SpoolFencedException;
import dev.spool.SpoolId;
import dev.spool.engine.record.Extensions;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import dev.spool.engine.spi.Batch;
import dev.spool.engine.spi.BatchRecord;
import dev.spool.engine.spi.Current;
import dev.spool.engine.spi.StoredMessage;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log without its engine: batches that are taken back, owners that are none any more, and what a crash leaves. */
class LmdbLogTest {

    private static final SpoolId FIRST = new SpoolId(1, 1);
    private static final SpoolId SECOND = new SpoolId(2, 2);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path temp;

    @Test
    void aBatchThatNobodyWasToldOfIsNeverSeenAndTakenBack() throws Exception {
        try (LmdbBackend backend = open(1, true)) {
            LmdbLog log = backend.logs().get(0);
            commit(log, put(log, FIRST, "kept"));
            Batch doubtful = batch(log, put(log, FIRST, "replaced"), put(log, SECOND, "new"));
            log.commit(doubtful).toCompletableFuture().join();
            assertThat(text(log, FIRST)).isEqualTo("kept");
            assertThat(text(log, SECOND)).isNull();
            long next = log.nextRevision();
            log.recover(List.of());
            assertThat(text(log, FIRST)).isEqualTo("kept");
            assertThat(text(log, SECOND)).isNull();
            assertThat(log.nextRevision()).isGreaterThanOrEqualTo(next);
            commit(log, remove(log, FIRST));
            commit(log, put(log, SECOND, "later"));
        }
        try (LmdbBackend backend = open(2, true)) {
            LmdbLog log = backend.logs().get(0);
            assertThat(text(log, FIRST)).isNull();
            assertThat(text(log, SECOND)).isEqualTo("later");
            assertThat(log.head().liveCount()).isEqualTo(1);
            assertThat(records(log)).isEqualTo(1);
        }
    }

    @Test
    void aRemoveThatNobodyWasToldOfIsTakenBack() throws Exception {
        try (LmdbBackend backend = open(1, true)) {
            LmdbLog log = backend.logs().get(0);
            commit(log, put(log, FIRST, "kept"));
            log.commit(batch(log, remove(log, FIRST))).toCompletableFuture().join();
            assertThat(text(log, FIRST)).isEqualTo("kept");
            log.recover(List.of());
            commit(log, put(log, SECOND, "beside"));
            assertThat(text(log, FIRST)).isEqualTo("kept");
        }
        try (LmdbBackend backend = open(2, true)) {
            assertThat(text(backend.logs().get(0), FIRST)).isEqualTo("kept");
            assertThat(backend.logs().get(0).head().liveCount()).isEqualTo(2);
        }
    }

    @Test
    void anOwnerThatIsNoneAnyMoreCommitsNothing() throws Exception {
        try (LmdbBackend old = open(1, true)) {
            LmdbLog log = old.logs().get(0);
            commit(log, put(log, FIRST, "before"));
            try (LmdbBackend successor = open(2, true)) {
                assertThatThrownBy(() -> log.commit(batch(log, put(log, SECOND, "late")))
                                .toCompletableFuture()
                                .join())
                        .hasCauseInstanceOf(SpoolFencedException.class);
                assertThat(text(successor.logs().get(0), FIRST)).isEqualTo("before");
                assertThat(text(successor.logs().get(0), SECOND)).isNull();
            }
        }
    }

    @Test
    void afterAPredecessorThatMayStillWriteTheLogLivesInAFileOfItsOwn() throws Exception {
        Path before;
        try (LmdbBackend backend = open(1, true)) {
            LmdbLog log = backend.logs().get(0);
            commit(log, put(log, FIRST, "before"));
            before = log.file().file();
        }
        try (LmdbBackend backend = open(2, false)) {
            LmdbLog log = backend.logs().get(0);
            assertThat(log.file().file()).isNotEqualTo(before);
            assertThat(before).doesNotExist();
            assertThat(text(log, FIRST)).isEqualTo("before");
            commit(log, put(log, SECOND, "after"));
        }
        try (LmdbBackend backend = open(3, true)) {
            assertThat(backend.logs().get(0).head().liveCount()).isEqualTo(2);
        }
    }

    @Test
    void whatACrashLeavesWithoutAnOwnerIsDeletedAtTheNextOpen() throws Exception {
        try (LmdbBackend backend = open(1, true)) {
            LmdbLog log = backend.logs().get(0);
            commit(log, put(log, FIRST, "removed"));
            commit(log, chunk(log, SECOND));
            commit(log, remove(log, FIRST));
            assertThat(records(log)).isEqualTo(2);
        }
        try (LmdbBackend backend = open(2, true)) {
            LmdbLog log = backend.logs().get(0);
            assertThat(records(log)).isZero();
            assertThat(text(log, FIRST)).isNull();
            assertThat(text(log, SECOND)).isNull();
        }
    }

    private LmdbBackend open(long epoch, boolean predecessorGone) throws SpoolException {
        return LmdbBackend.open(new OwnerContext(temp, epoch, predecessorGone));
    }

    private static void commit(LmdbLog log, BatchRecord... records) {
        Batch batch = batch(log, records);
        log.commit(batch).toCompletableFuture().join();
        log.publish(batch);
        for (BatchRecord record : batch.records()) {
            Current previous = record.previous();
            log.head().advance(record.header(), previous != null, previous == null ? null : previous.info());
        }
    }

    private static Batch batch(LmdbLog log, BatchRecord... records) {
        return new Batch(List.of(records), true, log.head());
    }

    private static BatchRecord put(LmdbLog log, SpoolId id, String text) throws SpoolException {
        return record(log, RecordType.PUT, id, text, Extensions.NONE);
    }

    private static BatchRecord chunk(LmdbLog log, SpoolId id) throws SpoolException {
        Extensions.Chunks first = new Extensions.Chunks(revision(log, id), 0, 0);
        return record(log, RecordType.CHUNK, id, "part", new Extensions(0, 0, first, List.of()));
    }

    private static BatchRecord remove(LmdbLog log, SpoolId id) throws SpoolException {
        return record(log, RecordType.REMOVE, id, "", Extensions.NONE);
    }

    private static BatchRecord record(LmdbLog log, byte type, SpoolId id, String text, Extensions extensions)
            throws SpoolException {
        byte[] body = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        ByteBuffer staged = ByteBuffer.allocateDirect(BatchRecord.HEADROOM_BYTES + body.length + 8);
        staged.position(BatchRecord.HEADROOM_BYTES);
        staged.put(body).flip();
        int crc = RecordHeader.crc(ByteBuffer.wrap(body), 0, body.length);
        RecordHeader header = new RecordHeader(
                type, (byte) 0, 0, revision(log, id), 1, id, body.length, body.length, crc, 0, extensions);
        return new BatchRecord(
                header,
                type == RecordType.CHUNK ? null : log.current(id),
                null,
                type == RecordType.REMOVE ? null : staged);
    }

    /** One for each message of a batch. */
    private static long revision(LmdbLog log, SpoolId id) {
        return log.nextRevision() + id.low();
    }

    private static long records(LmdbLog log) throws SpoolException {
        return log.file().read(transaction -> transaction.entries(Tree.RECORDS));
    }

    private static @Nullable String text(LmdbLog log, SpoolId id) throws SpoolException {
        StoredMessage message = log.read(id, true);
        return message == null
                ? null
                : java.nio.charset.StandardCharsets.UTF_8
                        .decode(Objects.requireNonNull(message.body().get(0)).duplicate())
                        .toString();
    }
}
