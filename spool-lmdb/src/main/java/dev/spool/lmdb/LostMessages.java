package dev.spool.lmdb;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The messages that the catalogue has lost and the records still have. Where no record can be missing, and it is known which of
 * them are dead, their entries follow from the records; otherwise an older version might come to look like the newest.
 */
final class LostMessages {

    private final PagedLog log;
    private final @Nullable DeadKeys dead;
    private final Map<SpoolId, Lost> lost = new LinkedHashMap<>();
    private boolean recordsWhole = true;
    private @Nullable SpoolId catalogued;

    /** @param dead the records that nobody owns, null if that is not known */
    LostMessages(PagedLog log, @Nullable DeadKeys dead) {
        this.log = log;
        this.dead = dead;
    }

    /**
     * One of them.
     *
     * @param entry what the catalogue should have, null if that cannot be told
     */
    record Lost(
            SpoolId id,
            List<RecordHeader> headers,
            SpoolCorruptException damage,
            @Nullable CatalogueEntry entry) {}

    /** To be called when records may be missing. */
    void recordsAreDamaged() {
        recordsWhole = false;
    }

    /** To be called with each record, in the order of the keys. */
    void record(byte[] key, PageTree.Value value) throws SpoolException {
        if (key.length < Keys.ID_BYTES) {
            recordsWhole = false;
            return;
        }
        SpoolId id = Keys.id(key);
        if (id.equals(catalogued)) {
            return;
        }
        if (!lost.containsKey(id) && isCatalogued(id)) {
            catalogued = id;
            return;
        }
        if (dead != null && dead.contains(key)) {
            return;
        }
        add(id, key, header(value));
    }

    /** All of them; after the last record. */
    List<Lost> all() throws SpoolException {
        List<Lost> all = new ArrayList<>();
        for (Lost message : lost.values()) {
            boolean unfinished = message.headers.stream().allMatch(header -> header.type() == RecordType.CHUNK);
            if (!unfinished || message.headers.isEmpty()) {
                all.add(new Lost(message.id, message.headers, message.damage, entry(message)));
            }
        }
        return all;
    }

    private boolean isCatalogued(SpoolId id) throws SpoolException {
        try {
            return log.get(Tree.CATALOGUE, Keys.catalogue(id)) != null;
        } catch (SpoolCorruptException e) {
            return false;
        }
    }

    private static @Nullable RecordHeader header(PageTree.Value value) throws SpoolException {
        try {
            return RecordHeader.decode(ByteBuffer.wrap(value.read()));
        } catch (SpoolCorruptException e) {
            return null;
        }
    }

    private void add(SpoolId id, byte[] key, @Nullable RecordHeader header) {
        Lost message = lost.computeIfAbsent(
                id,
                lostId -> new Lost(
                        lostId,
                        new ArrayList<>(),
                        new SpoolCorruptException(
                                lostId,
                                log.at(Tree.CATALOGUE, Keys.catalogue(lostId)),
                                "the catalogue has lost this message, of which there is the record "
                                        + log.at(Tree.RECORDS, key)),
                        null));
        if (header == null || !header.id().equals(id)) {
            message.headers.clear();
            recordsWhole = false;
        } else {
            message.headers.add(header);
        }
    }

    private @Nullable CatalogueEntry entry(Lost message) throws SpoolException {
        RecordHeader put = null;
        RecordHeader newest = null;
        for (RecordHeader header : message.headers) {
            put = header.type() == RecordType.PUT && (put == null || header.revision() > put.revision()) ? header : put;
            newest = newest == null || header.revision() > newest.revision() ? header : newest;
        }
        if (put == null || newest == null || !recordsWhole || dead == null) {
            return null;
        }
        CatalogueEntry entry = CatalogueEntry.ofPut(put);
        entry = newest.type() == RecordType.ENVELOPE ? entry.withEnvelope(newest) : entry;
        try {
            MessageReader.read(log, message.id, entry.encode(), true);
            return entry;
        } catch (SpoolCorruptException e) {
            return null;
        }
    }
}
