package dev.spool.lmdb;

import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.engine.record.Extensions;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import dev.spool.engine.spi.Batch;
import dev.spool.engine.spi.BatchRecord;
import dev.spool.engine.spi.Current;
import dev.spool.engine.spi.StoredMessage;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Drives a log as its committer does. */
final class LogDriver {

    private LogDriver() {}

    /** Commits, publishes and advances the head. */
    static void commit(LmdbLog log, BatchRecord... records) {
        Batch batch = batch(log, records);
        log.commit(batch).toCompletableFuture().join();
        log.publish(batch);
        for (BatchRecord record : batch.records()) {
            Current previous = record.previous();
            log.head().advance(record.header(), previous != null, previous == null ? null : previous.info());
        }
    }

    static Batch batch(LmdbLog log, BatchRecord... records) {
        return new Batch(List.of(records), true, log.head());
    }

    static BatchRecord put(LmdbLog log, SpoolId id, String text) throws SpoolException {
        return record(log, RecordType.PUT, id, text, Extensions.NONE);
    }

    static BatchRecord chunk(LmdbLog log, SpoolId id) throws SpoolException {
        Extensions.Chunks first = new Extensions.Chunks(revision(log, id), 0, 0);
        return record(log, RecordType.CHUNK, id, "part", new Extensions(0, 0, first, List.of()));
    }

    static BatchRecord remove(LmdbLog log, SpoolId id) throws SpoolException {
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

    static long records(LmdbLog log) throws SpoolException {
        return log.file().read(transaction -> transaction.entries(Tree.RECORDS));
    }

    static @Nullable String text(LmdbLog log, SpoolId id) throws SpoolException {
        StoredMessage message = log.read(id, true);
        return message == null
                ? null
                : java.nio.charset.StandardCharsets.UTF_8
                        .decode(Objects.requireNonNull(message.body().get(0)).duplicate())
                        .toString();
    }
}
