package dev.spool.lmdb;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import dev.spool.engine.spi.StoredMessage;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds messages. A message that the catalogue does not have is looked for among the records too, so that a lost branch of the
 * catalogue is damage and not absence; that costs a miss one more search, and a hit nothing.
 */
final class LogReads {

    private final LogFile file;
    private final boolean beside;
    private volatile @Nullable Unpublished unpublished;

    /** @param beside whether another process may own the log, and turn to a next file */
    LogReads(LogFile file, boolean beside) {
        this.file = file;
        this.beside = beside;
    }

    LogFile file() {
        return file;
    }

    /** Reads one state of the log. */
    <T> T read(LogFile.Work<T> work) throws SpoolException {
        return Objects.requireNonNull(find(work::in), "work that finds nothing is a search");
    }

    /** Reads one state of the log, in which there may be nothing to find. */
    <T> @Nullable T find(LogFile.Search<T> work) throws SpoolException {
        if (beside) {
            file.followOwner();
        }
        return file.find(work);
    }

    /** Keeps a batch from being seen. Set before it is committed, and taken back when it is published or undone. */
    void hide(@Nullable Unpublished batch) {
        unpublished = batch;
    }

    @Nullable
    StoredMessage read(SpoolId id, boolean withBody) throws SpoolException {
        return find(transaction -> {
            Unpublished hidden = hiddenIn(transaction);
            byte[] catalogued = catalogued(transaction, id, hidden);
            if (catalogued == null) {
                requireNoRecords(transaction, id, hidden);
                return null;
            }
            return MessageReader.read(transaction, id, catalogued, withBody);
        });
    }

    /** What a transaction shows and must not be seen. */
    @Nullable
    Unpublished hiddenIn(Transaction transaction) {
        Unpublished hidden = unpublished; // read behind the snapshot: what that shows of a batch, this hides
        return hidden != null && hidden.isSeenBy(transaction) ? hidden : null;
    }

    /** What the catalogue holds of a message, as far as it is published. */
    static byte @Nullable [] catalogued(Transaction transaction, SpoolId id, @Nullable Unpublished hidden)
            throws SpoolException {
        return hidden != null && hidden.covers(id)
                ? hidden.before(id)
                : transaction.get(Tree.CATALOGUE, Keys.catalogue(id));
    }

    /** What the catalogue holds of a message, as far as it is published. */
    byte @Nullable [] catalogued(SpoolId id) throws SpoolException {
        return find(transaction -> catalogued(transaction, id, hiddenIn(transaction)));
    }

    @Nullable
    LmdbCurrent current(SpoolId id) throws SpoolException {
        return find(transaction -> {
            Unpublished hidden = hiddenIn(transaction);
            byte[] catalogued = catalogued(transaction, id, hidden);
            if (catalogued != null) {
                return new LmdbCurrent(CatalogueEntry.decode(id, catalogued), catalogued);
            }
            return orphan(transaction, id, hidden) == null ? null : new LmdbCurrent(null, null);
        });
    }

    private static void requireNoRecords(Transaction transaction, SpoolId id, @Nullable Unpublished hidden)
            throws SpoolException {
        byte[] orphan = orphan(transaction, id, hidden);
        if (orphan != null) {
            throw new SpoolCorruptException(
                    id,
                    transaction.at(Tree.CATALOGUE, Keys.catalogue(id)),
                    "the catalogue has lost this message, of which there is the record "
                            + transaction.at(Tree.RECORDS, orphan));
        }
    }

    /** The key of a record that belongs to a message which the catalogue does not have; null if there is none. */
    private static byte @Nullable [] orphan(Transaction transaction, SpoolId id, @Nullable Unpublished hidden)
            throws SpoolException {
        if (hidden != null && hidden.covers(id)) {
            return null;
        }
        byte[] prefix = Keys.catalogue(id);
        try (TreeCursor cursor = transaction.walk(Tree.RECORDS)) {
            boolean found = cursor.seek(prefix);
            while (found && Keys.beginsWith(cursor.key(), prefix)) {
                DeadKeys dead = DeadKeys.read(transaction);
                if (isWhole(cursor.value()) && (dead == null || !dead.contains(cursor.key()))) {
                    return cursor.key();
                }
                found = cursor.next();
            }
            return null;
        }
    }

    /** Whether a record makes a message, as a part that waits for the last one does not. */
    private static boolean isWhole(byte[] value) {
        RecordHeader header = RecordHeader.decode(ByteBuffer.wrap(value));
        return header == null || header.type() != RecordType.CHUNK;
    }
}
