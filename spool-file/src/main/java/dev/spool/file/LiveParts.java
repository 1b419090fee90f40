package dev.spool.file;

import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.engine.record.RecordHeader;
import org.jspecify.annotations.Nullable;

/** Counts as live what a message has elsewhere than in its newest record: the body of an envelope record, and chunks. */
final class LiveParts {

    private final SegmentFiles files;
    private final RecordReader reader;

    LiveParts(SegmentFiles files) {
        this.files = files;
        this.reader = new RecordReader(files);
    }

    /** All parts of a message, where they stand. */
    void count(RecordHeader holder) {
        Links.Link body = Links.link(holder.extensions(), Links.BODY);
        if (body != null) {
            addLive(body);
        }
        countChunks(holder);
    }

    void countChunks(RecordHeader holder) {
        RecordHeader after = holder;
        while (after != null) {
            Links.Link link = Links.link(after.extensions(), Links.PREVIOUS_CHUNK);
            after = link == null || !addLive(link) ? null : chunk(holder.id(), after, link);
        }
    }

    private boolean addLive(Links.Link link) {
        Segment part = files.ofLife(link.life());
        if (part != null) {
            part.addLive(Blocks.align8(link.recordBytes()) + SegmentFiles.DESCRIPTORS_BYTES);
        }
        return part != null;
    }

    /** The header of the chunk before {@code after}; null if it cannot be read. */
    private @Nullable RecordHeader chunk(SpoolId id, RecordHeader after, Links.Link link) {
        try {
            RecordHeader chunk =
                    reader.readHead(id, reader.located(id, link), false).header();
            reader.requireChunkBefore(id, after, chunk);
            return chunk;
        } catch (SpoolException e) {
            return null;
        }
    }
}
