package dev.spool.engine;

import static java.util.Objects.requireNonNull;

import dev.spool.MessageInfo;
import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.engine.record.Extensions;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import dev.spool.engine.spi.BatchRecord;
import dev.spool.engine.spi.Current;
import dev.spool.engine.spi.LogStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The next batch of a lane on its way from operations to records: whether their messages exist, and their revisions, are settled
 * here, in the order of the queue. Committer only.
 */
final class BatchDraft {

    private static final int SMALL = 16;

    private final int shard;
    private final LogStore log;
    private final List<Operation> operations = new ArrayList<>();
    private List<BatchRecord> records = new ArrayList<>();
    private long nextRevision;
    private long bytes;
    private boolean forceSync;

    BatchDraft(int shard, LogStore log) {
        this.shard = shard;
        this.log = log;
        this.nextRevision = log.nextRevision();
    }

    void clear() {
        operations.clear();
        records = new ArrayList<>(Math.max(SMALL, records.size())); // batches are about as large as the one before
        bytes = 0;
        forceSync = false;
    }

    /** Adds an operation whose next part, if it has any, is staged. */
    void add(Operation operation) {
        bytes += sizeOf(operation);
        operations.add(operation);
        operation.inBatch = true;
        operation.joinedPart = operation.part;
        operation.part = null;
        operation.record = null;
        forceSync |= operation.terms.forceSync();
    }

    /** What an operation adds to {@link #bytes()}. */
    static int sizeOf(Operation operation) {
        StagedPart part = operation.part;
        return part == null || part.buffer == null ? BatchRecord.HEADROOM_BYTES : part.buffer.limit();
    }

    List<Operation> operations() {
        return operations;
    }

    boolean isEmpty() {
        return operations.isEmpty();
    }

    long bytes() {
        return bytes;
    }

    /** Whether an operation asks for a sync of its own. */
    boolean forcesSync() {
        return forceSync;
    }

    List<BatchRecord> records() {
        return records;
    }

    /** Makes the record of one operation; none for a remove or update that finds nothing. May read from storage. */
    void resolve(Operation operation) throws SpoolException {
        StagedPart part = operation.joinedPart;
        if (part != null && !part.last) {
            record(operation, chunk(operation, part), null, part.buffer);
            return;
        }
        Current current = current(operation);
        operation.found = current != null;
        switch (operation.kind) {
            case STORE -> {
                StagedPart whole = requireNonNull(part);
                record(operation, put(operation, whole, current), current, whole.buffer);
            }
            case UPDATE_ENVELOPE -> {
                if (current != null) {
                    StagedPart whole = requireNonNull(part);
                    record(operation, envelope(operation, whole, current), current, whole.buffer);
                }
            }
            case REMOVE -> {
                if (current != null) {
                    record(operation, remove(operation, current), current, null);
                }
            }
        }
    }

    private @Nullable Current current(Operation operation) throws SpoolException {
        if (operation.hinted || operation.kind == Operation.Kind.STORE) {
            // A store guesses that there is no such message; the others were looked up by their callers.
            Current hint = operation.hint;
            if (log.isCurrent(operation.id, hint)) {
                return hint;
            }
        }
        return log.current(operation.id);
    }

    private RecordHeader chunk(Operation operation, StagedPart part) {
        long revision = nextRevision++;
        if (operation.chunks == 0) {
            operation.firstChunkRevision = revision;
        }
        Extensions extensions = new Extensions(
                0, 0, new Extensions.Chunks(operation.firstChunkRevision, operation.chunks, 0), List.of());
        return header(operation, RecordType.CHUNK, revision, revision, part, extensions);
    }

    private RecordHeader put(Operation operation, StagedPart part, @Nullable Current current) {
        long revision = nextRevision++;
        MessageInfo known = current == null ? null : current.info();
        long birth = known == null ? revision : known.birthRevision();
        Extensions.Chunks chunks = operation.chunks == 0
                ? null
                : new Extensions.Chunks(operation.firstChunkRevision, operation.chunks, part.bodyCrc);
        return header(operation, RecordType.PUT, revision, birth, part, extensions(part, chunks));
    }

    private RecordHeader envelope(Operation operation, StagedPart part, Current current) throws SpoolException {
        MessageInfo known = current.info();
        if (known == null) {
            throw new SpoolCorruptException(
                    operation.id, "log " + shard, "its envelope cannot be replaced, because nothing of it can be read");
        }
        return new RecordHeader(
                RecordType.ENVELOPE,
                (byte) 0,
                shard,
                nextRevision++,
                known.birthRevision(),
                operation.id,
                0,
                known.bodyBytes(),
                known.bodyCrc(),
                known.storedAt().toEpochMilli(),
                extensions(part, null));
    }

    private RecordHeader remove(Operation operation, Current current) {
        MessageInfo known = current.info();
        return new RecordHeader(
                RecordType.REMOVE,
                (byte) 0,
                shard,
                nextRevision++,
                known == null ? 0 : known.birthRevision(),
                operation.id,
                0,
                0,
                0,
                operation.terms.storedAtMillis(),
                Extensions.NONE);
    }

    private RecordHeader header(
            Operation operation, byte type, long revision, long birth, StagedPart part, Extensions extensions) {
        return new RecordHeader(
                type,
                (byte) 0,
                shard,
                revision,
                birth,
                operation.id,
                part.partBytes,
                operation.bodyBytes,
                part.partCrc,
                operation.terms.storedAtMillis(),
                extensions);
    }

    private static Extensions extensions(StagedPart part, Extensions.@Nullable Chunks chunks) {
        return part.envelopeBytes == 0 && chunks == null
                ? Extensions.NONE
                : new Extensions(part.envelopeBytes, part.envelopeCrc, chunks, List.of());
    }

    private void record(
            Operation operation, RecordHeader header, @Nullable Current current, @Nullable ByteBuffer staged) {
        BatchRecord record = new BatchRecord(header, current, operation.previousChunk, staged);
        operation.record = record;
        records.add(record);
    }
}
