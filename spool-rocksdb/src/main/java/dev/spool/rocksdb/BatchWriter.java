package dev.spool.rocksdb;

import static java.util.Objects.requireNonNull;

import dev.spool.SpoolId;
import dev.spool.engine.record.Extensions;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import dev.spool.engine.spi.Batch;
import dev.spool.engine.spi.BatchRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * Turns batches into write batches, and into those that undo them. What a batch replaces or removes stays until the next one, so
 * that it can be undone.
 */
final class BatchWriter {

    private final Database database;
    private final WriteBatch out;
    private final Scratch scratch;
    private final List<DeadBodies.Body> dead = new ArrayList<>();

    BatchWriter(Database database, WriteBatch out, Scratch scratch) {
        this.database = database;
        this.out = out;
        this.scratch = scratch;
    }

    /** Memory outside the heap that one batch after the other uses: RocksDB takes a value from there only with its key. */
    static final class Scratch {
        private final ByteBuffer key = ByteBuffer.allocateDirect(Keys.BYTES_MAX);
        private final ByteBuffer headroom = ByteBuffer.allocateDirect(BatchRecord.HEADROOM_BYTES);
    }

    /** The bodies that the records written so far have made superfluous. */
    List<DeadBodies.Body> dead() {
        return dead;
    }

    void write(Batch batch) throws RocksDBException {
        for (BatchRecord entry : batch.records()) {
            write(entry);
        }
    }

    private void write(BatchRecord entry) throws RocksDBException {
        RecordHeader header = entry.header();
        RocksCurrent previous = (RocksCurrent) entry.previous();
        switch (header.type()) {
            case RecordType.CHUNK -> {
                Extensions.Chunks chunks = requireNonNull(header.extensions().chunks(), "a chunk says which it is");
                putPart(entry, chunks.firstRevision(), chunks.ordinal());
                if (chunks.ordinal() == 0) {
                    out.put(Keys.unfinished(header.id(), header.revision()), new byte[0]);
                }
            }
            case RecordType.PUT -> {
                BodyLink link = link(header);
                putMessage(entry, link);
                putPart(entry, link.firstRevision(), link.parts() - 1);
                if (link.parts() > 1) {
                    out.delete(Keys.unfinished(header.id(), link.firstRevision()));
                }
                bury(header.id(), previous, link.firstRevision());
            }
            case RecordType.ENVELOPE ->
                putMessage(
                        entry,
                        requireNonNull(
                                requireNonNull(previous, "an envelope needs its message")
                                        .body(),
                                "a message that can be read has a body"));
            case RecordType.REMOVE -> {
                out.delete(Keys.message(header.id()));
                bury(header.id(), previous, header.revision());
            }
            default -> throw new IllegalArgumentException("no operation of the engine: type " + header.type());
        }
    }

    private static BodyLink link(RecordHeader put) {
        Extensions.Chunks chunks = put.extensions().chunks();
        return chunks == null
                ? new BodyLink(put.revision(), put.revision(), 1)
                : new BodyLink(chunks.firstRevision(), put.revision(), chunks.ordinal() + 1);
    }

    private void bury(SpoolId id, @Nullable RocksCurrent previous, long before) {
        if (previous == null) {
            return;
        }
        BodyLink body = previous.body();
        if (body == null) {
            dead.addAll(BodyFinder.find(database, id, 0, before)); // its record cannot tell
        } else {
            dead.add(DeadBodies.Body.of(id, body));
        }
    }

    /** The record of the message: its header, written in front of the envelope, and the envelope. */
    private void putMessage(BatchRecord entry, BodyLink link) throws RocksDBException {
        RecordHeader header = entry.header();
        List<Extensions.Own> own = new ArrayList<>(header.extensions().own());
        own.add(link.encode());
        RecordHeader linked = header.with(header.extensions().withOwn(own));
        ByteBuffer staged = staged(entry);
        put(
                Keys.message(header.id()),
                linked,
                staged,
                BatchRecord.HEADROOM_BYTES,
                BatchRecord.HEADROOM_BYTES + header.envelopeBytes());
    }

    private void putPart(BatchRecord entry, long firstRevision, int ordinal) throws RocksDBException {
        RecordHeader header = entry.header();
        int start = BatchRecord.HEADROOM_BYTES + header.envelopeBytes();
        put(
                Keys.part(header.id(), firstRevision, ordinal),
                BodyPart.header(header),
                staged(entry),
                start,
                start + header.partBytes());
    }

    /** Puts a header and {@code [start, end)} of the staged bytes, for which what stands before them gives way for a moment. */
    private void put(byte[] key, RecordHeader header, ByteBuffer staged, int start, int end) throws RocksDBException {
        int from = start - header.encodedBytes();
        byte[] kept = new byte[header.encodedBytes()];
        staged.get(from, kept);
        ByteBuffer value = staged.duplicate();
        header.encode(value.limit(end).position(from));
        try {
            out.put(scratch.key.clear().put(key).flip(), value.position(from));
        } finally {
            staged.put(from, kept);
        }
    }

    private ByteBuffer staged(BatchRecord entry) {
        ByteBuffer staged = entry.staged();
        // An operation without bytes still has a header to be written.
        return staged != null ? staged : scratch.headroom;
    }

    /** Deletes bodies that are superfluous. */
    void delete(List<DeadBodies.Body> bodies) throws RocksDBException {
        for (DeadBodies.Body body : bodies) {
            for (int ordinal = 0; ordinal < body.parts(); ordinal++) {
                out.delete(Keys.part(body.id(), body.firstRevision(), ordinal));
            }
        }
    }

    /** Deletes bodies that were never finished. */
    void deleteUnfinished(List<DeadBodies.Body> bodies) throws RocksDBException {
        delete(bodies);
        for (DeadBodies.Body body : bodies) {
            out.delete(Keys.unfinished(body.id(), body.firstRevision()));
        }
    }

    /** Writes which bodies the next batch deletes, and the state of the log after this one. */
    void finish(LogState state, List<DeadBodies.Body> deadNow, boolean deadBefore) throws RocksDBException {
        if (deadBefore || !deadNow.isEmpty()) {
            out.put(Keys.DEAD, DeadBodies.encode(deadNow));
        }
        out.put(Keys.STATE, state.encode());
    }

    /** Writes what puts everything back as it was before a batch. */
    void undo(Batch batch) throws RocksDBException {
        for (BatchRecord entry : batch.records()) {
            RecordHeader header = entry.header();
            RocksCurrent previous = (RocksCurrent) entry.previous();
            if (header.type() == RecordType.CHUNK) {
                undoChunk(header);
                continue;
            }
            if (header.type() == RecordType.PUT) {
                undoBody(header);
            }
            if (previous == null) {
                out.delete(Keys.message(header.id()));
            } else {
                out.put(Keys.message(header.id()), previous.value());
            }
        }
    }

    private void undoChunk(RecordHeader header) throws RocksDBException {
        Extensions.Chunks chunks = requireNonNull(header.extensions().chunks(), "a chunk says which it is");
        out.delete(Keys.part(header.id(), chunks.firstRevision(), chunks.ordinal()));
        if (chunks.ordinal() == 0) {
            out.delete(Keys.unfinished(header.id(), chunks.firstRevision()));
        }
    }

    private void undoBody(RecordHeader header) throws RocksDBException {
        BodyLink link = link(header);
        out.delete(Keys.part(header.id(), link.firstRevision(), link.parts() - 1));
        if (link.parts() > 1) {
            out.put(Keys.unfinished(header.id(), link.firstRevision()), new byte[0]); // its chunks are still there
        }
    }
}
