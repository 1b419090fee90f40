package dev.spool.lmdb;

import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.engine.record.Extensions;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import dev.spool.engine.spi.Batch;
import dev.spool.engine.spi.BatchRecord;
import dev.spool.engine.spi.Current;
import dev.spool.engine.spi.Head;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts the records of one batch into a transaction, and keeps what taking it back needs. */
final class BatchWriter {

    private final Batch batch;
    private final Unpublished before = new Unpublished();
    private final List<byte[]> dead = new ArrayList<>();
    private final Head head;
    private long nextRevision;
    private long bytesWritten;

    BatchWriter(Batch batch, long nextRevision) {
        this.batch = batch;
        this.nextRevision = nextRevision;
        this.head = new Head(batch.headBefore());
    }

    Batch batch() {
        return batch;
    }

    /** The messages that it is about. */
    List<SpoolId> ids() {
        return batch.records().stream().map(record -> record.header().id()).toList();
    }

    /** What the catalogue held of its messages. */
    Unpublished before() {
        return before;
    }

    /** What it has left without an owner. */
    DeadKeys dead() {
        return dead.isEmpty() ? DeadKeys.NONE : new DeadKeys(dead);
    }

    /** The head behind it. */
    Head head() {
        return head;
    }

    long nextRevision() {
        return nextRevision;
    }

    long bytesWritten() {
        return bytesWritten;
    }

    void write(Transaction transaction) throws SpoolException {
        for (BatchRecord record : batch.records()) {
            RecordHeader header = record.header();
            switch (header.type()) {
                case RecordType.CHUNK -> writeChunk(transaction, record);
                case RecordType.PUT -> writePut(transaction, record);
                case RecordType.ENVELOPE -> writeEnvelope(transaction, record);
                case RecordType.REMOVE -> remove(transaction, header);
                default -> throw new IllegalArgumentException("no operation of the engine: type " + header.type());
            }
            Current previous = record.previous();
            head.advance(header, previous != null, previous == null ? null : previous.info());
            nextRevision = Math.max(nextRevision, header.revision() + 1);
        }
    }

    /** Takes the batch back in a later transaction, in which nothing else has happened since. */
    void undo(Transaction transaction) throws SpoolException {
        for (BatchRecord record : batch.records()) {
            RecordHeader header = record.header();
            SpoolId id = header.id();
            Extensions.Chunks chunks = header.extensions().chunks();
            long group = chunks == null ? header.revision() : chunks.firstRevision();
            int part = chunks == null ? 0 : chunks.ordinal();
            if (header.type() == RecordType.CHUNK || header.type() == RecordType.PUT) {
                transaction.delete(Tree.RECORDS, Keys.part(id, group, part));
            }
            if (header.type() == RecordType.CHUNK && part == 0) {
                transaction.delete(Tree.STATE, Keys.unfinished(id, group));
            } else if (chunks != null) {
                transaction.put(Tree.STATE, Keys.unfinished(id, group), new byte[1]);
            }
            if (before.covers(id)) {
                transaction.delete(Tree.RECORDS, Keys.envelope(id, header.revision()));
                restore(transaction, id, before.before(id));
            }
        }
    }

    private static void restore(Transaction transaction, SpoolId id, byte @Nullable [] catalogued)
            throws SpoolException {
        if (catalogued == null) {
            transaction.delete(Tree.CATALOGUE, Keys.catalogue(id));
        } else {
            transaction.put(Tree.CATALOGUE, Keys.catalogue(id), catalogued);
        }
    }

    private void writeChunk(Transaction transaction, BatchRecord record) throws SpoolException {
        RecordHeader header = record.header();
        Extensions.Chunks chunks =
                java.util.Objects.requireNonNull(header.extensions().chunks());
        if (chunks.ordinal() == 0) {
            put(transaction, Tree.STATE, Keys.unfinished(header.id(), chunks.firstRevision()), new byte[1]);
        }
        byte[] key = Keys.part(header.id(), chunks.firstRevision(), chunks.ordinal());
        put(transaction, Tree.RECORDS, key, value(record, header.envelopeBytes(), header.partBytes()));
    }

    private void writePut(Transaction transaction, BatchRecord record) throws SpoolException {
        RecordHeader header = record.header();
        CatalogueEntry entry = CatalogueEntry.ofPut(header);
        replace(transaction, header, false);
        byte[] key = Keys.part(header.id(), entry.group(), entry.lastPart());
        put(transaction, Tree.RECORDS, key, value(record, header.envelopeBytes(), header.partBytes()));
        if (header.extensions().chunks() != null) {
            transaction.delete(Tree.STATE, Keys.unfinished(header.id(), entry.group()));
        }
        putEnvelope(transaction, record, entry);
        put(transaction, Tree.CATALOGUE, Keys.catalogue(header.id()), entry.encode());
    }

    private void writeEnvelope(Transaction transaction, BatchRecord record) throws SpoolException {
        RecordHeader header = record.header();
        byte[] catalogued = replace(transaction, header, true);
        CatalogueEntry previous =
                MessageReader.entry(transaction, header.id(), catalogued == null ? new byte[0] : catalogued);
        CatalogueEntry entry = previous.withEnvelope(header);
        putEnvelope(transaction, record, entry);
        put(transaction, Tree.CATALOGUE, Keys.catalogue(header.id()), entry.encode());
    }

    private void putEnvelope(Transaction transaction, BatchRecord record, CatalogueEntry entry) throws SpoolException {
        byte[] key = entry.envelopeKey();
        if (key != null) {
            put(transaction, Tree.RECORDS, key, value(record, 0, record.header().envelopeBytes()));
        }
    }

    private void remove(Transaction transaction, RecordHeader header) throws SpoolException {
        replace(transaction, header, false);
        transaction.delete(Tree.CATALOGUE, Keys.catalogue(header.id()));
    }

    /** Keeps what the catalogue held, and lists the records that it leaves behind. */
    private byte @Nullable [] replace(Transaction transaction, RecordHeader header, boolean envelopeOnly)
            throws SpoolException {
        SpoolId id = header.id();
        byte[] catalogued = transaction.get(Tree.CATALOGUE, Keys.catalogue(id));
        before.add(id, catalogued);
        CatalogueEntry entry = catalogued == null ? null : CatalogueEntry.decode(id, catalogued);
        if (entry != null) {
            byte[] envelope = entry.envelopeKey();
            if (envelopeOnly && envelope != null) {
                dead.add(envelope);
            } else if (!envelopeOnly) {
                dead.addAll(entry.recordKeys());
            }
        } else if (header.type() == RecordType.REMOVE || catalogued != null) {
            addAll(transaction, header); // nobody knows what belonged to it
        }
        return catalogued;
    }

    private void addAll(Transaction transaction, RecordHeader header) throws SpoolException {
        byte[] prefix = Keys.catalogue(header.id());
        Extensions.Chunks chunks = header.extensions().chunks();
        try (TreeCursor cursor = transaction.walk(Tree.RECORDS)) {
            for (boolean found = cursor.seek(prefix);
                    found && Keys.beginsWith(cursor.key(), prefix);
                    found = cursor.next()) {
                boolean own = chunks != null
                        && Keys.beginsWith(
                                cursor.key(), Keys.partsOf(Keys.unfinished(header.id(), chunks.firstRevision())));
                if (!own) {
                    dead.add(cursor.key());
                }
            }
        }
    }

    private void put(Transaction transaction, Tree tree, byte[] key, byte[] value) throws SpoolException {
        transaction.put(tree, key, value);
        bytesWritten += key.length + value.length;
    }

    /** The header and a part of what is staged. */
    private static byte[] value(BatchRecord record, int from, int bytes) {
        RecordHeader header = record.header();
        ByteBuffer out = ByteBuffer.allocate(header.encodedBytes() + bytes);
        header.encode(out);
        ByteBuffer staged = record.staged();
        if (staged != null) {
            staged.get(BatchRecord.HEADROOM_BYTES + from, out.array(), out.position(), bytes);
        } else if (bytes > 0) {
            throw new IllegalArgumentException(bytes + " bytes of payload are missing");
        }
        return out.array();
    }
}
