package dev.spool.file;

import dev.spool.SpoolException;
import dev.spool.engine.record.Extensions;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import dev.spool.engine.spi.Batch;
import dev.spool.engine.spi.BatchRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Recovers a log whose last owner did not seal it. The valid batches that nothing proves are committed again as operations, under
 * their old revisions, into a fresh segment, whose first record cuts the old one off behind its last proven batch. That segment is
 * named in the epoch file last; until then the old ones count, and a recovery that is interrupted starts over.
 */
final class LogRecovery {

    private final FileLog log;
    private final LoadedLog loaded;
    private final Map<Long, BatchRecord> lastChunks = new HashMap<>();

    LogRecovery(FileLog log, LoadedLog loaded) {
        this.log = log;
        this.loaded = loaded;
    }

    void run() throws SpoolException {
        log.catalogue().kill(loaded.danglingCopies());
        for (LoadedLog.Unproven unproven : loaded.unproven()) {
            log.rewrite(again(unproven), true);
        }
        log.nameRewritten();
        lastChunks.values().forEach(log::abandon);
    }

    /** The operations of a batch, resolved anew: those before it are in place. */
    private Batch again(LoadedLog.Unproven unproven) throws SpoolException {
        List<BatchRecord> records = new ArrayList<>();
        DescriptorCursor cursor = new DescriptorCursor(unproven.batch().descriptors());
        while (cursor.next()) {
            BatchRecord record = cursor.type() <= RecordType.CHUNK ? again(unproven.segment(), cursor) : null;
            if (record != null) {
                records.add(record);
            }
        }
        return new Batch(records, true, log.head());
    }

    private @Nullable BatchRecord again(Segment segment, DescriptorCursor cursor) throws SpoolException {
        Descriptor descriptor = cursor.descriptor();
        if (descriptor == null) {
            return null;
        }
        RecordHeader old = descriptor.header();
        long location = Location.of(segment.slot(), descriptor.offset(), old.recordBytes());
        BatchRecord before = previousChunk(old);
        Links.Link lost = before == null ? Links.link(old.extensions(), Links.PREVIOUS_CHUNK) : null;
        List<Extensions.Own> kept =
                lost == null ? List.of() : List.of(Links.encode(Links.PREVIOUS_CHUNK, List.of(lost)));
        BatchRecord record = new BatchRecord(
                old.with(old.extensions()
                        .withOwn(kept)), // the link to a chunk that is lost stays, so that the loss shows
                old.type() == RecordType.CHUNK ? null : log.finder().current(old.id()),
                before,
                staged(old, location));
        Extensions.Chunks chunks = old.extensions().chunks();
        if (chunks != null && old.type() == RecordType.CHUNK) {
            lastChunks.put(chunks.firstRevision(), record);
        } else if (chunks != null) {
            lastChunks.remove(chunks.firstRevision());
        }
        return record;
    }

    private @Nullable BatchRecord previousChunk(RecordHeader old) throws SpoolException {
        Links.Link link = Links.link(old.extensions(), Links.PREVIOUS_CHUNK);
        Extensions.Chunks chunks = old.extensions().chunks();
        if (link == null || chunks == null) {
            return null;
        }
        BatchRecord rewritten = lastChunks.get(chunks.firstRevision());
        if (rewritten != null) {
            return rewritten;
        }
        Segment segment = log.files().ofLife(link.life());
        if (segment == null || !link.sane()) {
            return null;
        }
        BatchRecord before = new BatchRecord(old, null, null, null);
        before.location(Location.of(segment.slot(), link.offset(), link.recordBytes()));
        return before;
    }

    private @Nullable ByteBuffer staged(RecordHeader old, long location) throws SpoolException {
        if (old.type() == RecordType.REMOVE) {
            return null;
        }
        ByteBuffer payload = log.finder().reader().read(old.id(), location).payload();
        int limit = BatchRecord.HEADROOM_BYTES + payload.remaining();
        ByteBuffer staged = ByteBuffer.allocateDirect(Blocks.align8(limit));
        staged.put(BatchRecord.HEADROOM_BYTES, payload, 0, payload.remaining());
        return staged.limit(limit);
    }
}
