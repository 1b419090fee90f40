package dev.spool.file;

import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.engine.record.RecordHeader;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The messages that cannot be read, with every record they consist of as far as it can be told: the copies of the headers are
 * asked, which stand elsewhere. So damage to a record is known to concern a live message, or a dead one.
 */
final class DamagedMessages {

    private final Map<Long, SpoolId> byLocation = new HashMap<>();
    private final Set<SpoolId> untold;

    private DamagedMessages(Collection<SpoolId> ids) {
        this.untold = new LinkedHashSet<>(ids);
    }

    static DamagedMessages of(LoadedLog loaded, Collection<SpoolId> ids) throws SpoolException {
        DamagedMessages messages = new DamagedMessages(ids);
        for (SpoolId id : ids) {
            messages.addParts(loaded.files(), id, loaded.index().get(id));
        }
        return messages;
    }

    private void addParts(SegmentFiles files, SpoolId id, long newest) throws SpoolException {
        long location = newest;
        while (location != Location.NONE && byLocation.putIfAbsent(key(location), id) == null) {
            Descriptor descriptor = SegmentContents.descriptorAt(files, location);
            location = descriptor == null ? Location.NONE : next(files, descriptor.header());
        }
    }

    private static long next(SegmentFiles files, RecordHeader header) {
        Links.Link body = Links.link(header.extensions(), Links.BODY);
        Links.Link link = body != null ? body : Links.link(header.extensions(), Links.PREVIOUS_CHUNK);
        Segment segment = link == null ? null : files.ofLife(link.life());
        return link == null || segment == null || !link.sane()
                ? Location.NONE
                : Location.of(segment.slot(), link.offset(), link.recordBytes());
    }

    private static long key(long location) {
        return Location.of(Location.slot(location), Location.offset(location), 8);
    }

    /** The damaged message that the record there is a part of; null if it is dead, or belongs to none. */
    @Nullable
    SpoolId at(Segment segment, int offset) {
        return byLocation.get(Location.of(segment.slot(), offset, 8));
    }

    /** A finding names that message. */
    void told(SpoolId id) {
        untold.remove(id);
    }

    /** Messages that no finding names yet. */
    Collection<SpoolId> untold() {
        return Set.copyOf(untold);
    }
}
