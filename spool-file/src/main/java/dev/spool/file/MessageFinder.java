package dev.spool.file;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import dev.spool.engine.spi.StoredMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the newest version of a message beside commits and compaction. A location is read without holding anything; if what
 * stands there does not check out, the index is asked again, and only damage at a location that has not changed is damage.
 */
final class MessageFinder {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SegmentFiles files;
    private final LocationIndex index;
    private final RecordReader reader;

    MessageFinder(SegmentFiles files, LocationIndex index) {
        this.files = files;
        this.index = index;
        this.reader = new RecordReader(files);
    }

    RecordReader reader() {
        return reader;
    }

    @Nullable
    StoredMessage read(SpoolId id, boolean withBody) throws SpoolException {
        return find(id, location -> reader.message(id, location, withBody));
    }

    /** The newest version without its body. */
    @Nullable
    StoredMessage head(SpoolId id, boolean withEnvelope) throws SpoolException {
        return find(id, location -> {
            RecordReader.Read head = reader.readHead(id, location, withEnvelope);
            return new StoredMessage(head.header().info(), withEnvelope ? head.envelope() : NOTHING, List.of());
        });
    }

    /** The current version and all the records it consists of; one whose header is lost is known by its location alone. */
    @Nullable
    FileCurrent current(SpoolId id) throws SpoolException {
        try {
            return find(id, location -> current(id, location));
        } catch (SpoolCorruptException e) {
            long location = index.get(id);
            if (location == Location.NONE) {
                return null;
            }
            Links.Link link = link(id, location);
            Descriptor copy = SegmentContents.descriptorAt(files, location);
            return copy == null
                    ? new FileCurrent(null, location, link, false, null, List.of())
                    : of(location, link, copy.header(), List.of());
        }
    }

    private FileCurrent current(SpoolId id, long location) throws SpoolException {
        Links.Link link = link(id, location);
        RecordHeader newest = reader.readHead(id, location, false).header();
        RecordHeader holder = newest;
        if (newest.type() == RecordType.ENVELOPE) {
            holder = reader.readHead(id, reader.linked(id, newest, Links.BODY), false)
                    .header();
        }
        return of(location, link, newest, chunks(id, holder));
    }

    private Links.Link link(SpoolId id, long location) throws SpoolCorruptException {
        Segment segment = files.inSlot(Location.slot(location));
        if (segment == null) {
            throw new SpoolCorruptException(
                    id, String.valueOf(files.pathOf(Location.slot(location))), "the file is missing");
        }
        return new Links.Link(segment.life(), Location.offset(location), Location.length(location));
    }

    private static FileCurrent of(long location, Links.Link link, RecordHeader newest, List<Links.Link> chunks) {
        boolean envelope = newest.type() == RecordType.ENVELOPE;
        Links.Link body = envelope ? Links.link(newest.extensions(), Links.BODY) : null;
        return new FileCurrent(newest.info(), location, link, envelope, body, chunks);
    }

    /** The chunks before {@code holder}, last to first. */
    List<Links.Link> chunks(SpoolId id, RecordHeader holder) throws SpoolException {
        List<Links.Link> chunks = new ArrayList<>();
        RecordHeader after = holder;
        Links.Link link = Links.link(holder.extensions(), Links.PREVIOUS_CHUNK);
        while (link != null) {
            chunks.add(link);
            RecordHeader chunk =
                    reader.readHead(id, reader.located(id, link), false).header();
            reader.requireChunkBefore(id, after, chunk);
            link = Links.link(chunk.extensions(), Links.PREVIOUS_CHUNK);
            after = chunk;
        }
        return chunks;
    }

    /** A reading of what stands at a location. */
    interface At<T> {
        T read(long location) throws SpoolException;
    }

    <T> @Nullable T find(SpoolId id, At<T> at) throws SpoolException {
        while (true) {
            long location = index.get(id);
            if (location == Location.NONE) {
                return null;
            }
            try {
                return at.read(location);
            } catch (SpoolException e) {
                if (index.get(id) == location) {
                    throw e;
                }
            }
        }
    }
}
