package dev.spool.file;

import dev.spool.engine.record.Extensions;
import dev.spool.engine.record.RecordType;
import dev.spool.engine.spi.BatchRecord;
import java.util.ArrayList;
import java.util.List;

/** The links that a record carries to the records it replaces, updates or continues. */
final class RecordLinks {

    private RecordLinks() {}

    /** The record's own extensions with these links, or none if it needs none. Links go only to segments that still exist. */
    static List<Extensions.Own> of(BatchRecord entry, SegmentFiles files) {
        FileCurrent previous = (FileCurrent) entry.previous();
        BatchRecord chunk = entry.previousChunk();
        if (previous == null && chunk == null) {
            return List.of();
        }
        List<Extensions.Own> own = new ArrayList<>(entry.header().extensions().own());
        if (previous != null) {
            List<Links.Link> targets = new ArrayList<>(2);
            boolean envelope = entry.header().type() == RecordType.ENVELOPE;
            Links.Link newest = previous.link();
            if (!envelope || previous.envelopeRecord()) {
                targets.add(newest);
            }
            Links.Link body = previous.envelopeRecord() ? previous.body() : newest;
            if (envelope && body != null) {
                own.add(Links.encode(Links.BODY, List.of(body)));
            } else if (previous.envelopeRecord() && body != null) {
                targets.add(body);
            }
            targets.removeIf(
                    target -> files.ofLife(target.life()) == null); // died while this waited to be written again
            if (!targets.isEmpty()) {
                own.add(Links.encode(Links.TARGETS, targets));
            }
        }
        if (chunk != null) {
            own.add(Links.encode(Links.PREVIOUS_CHUNK, List.of(files.link(chunk.location()))));
        }
        return own;
    }
}
