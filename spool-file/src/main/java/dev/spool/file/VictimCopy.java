package dev.spool.file;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolIoException;
import dev.spool.engine.record.Extensions;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.record.RecordType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Copies what is current in a segment to the cold stream. A message is copied whole: where an envelope update stands apart from
 * its body, or a body in chunks, the copy joins newest envelope and body, wherever they were, under the newest revision.
 */
final class VictimCopy {

    private final FileLog log;
    private final ColdStream cold;
    private final int messagesMax;
    private final List<Relocation.Swap> swaps = new ArrayList<>();
    private final Map<SpoolId, Long> copied = new HashMap<>();
    private @Nullable SpoolCorruptException damage;
    private @Nullable SpoolIoException unread;
    private boolean held;
    private long bytes;

    /** @param messagesMax messages to copy at the most */
    VictimCopy(FileLog log, ColdStream cold, int messagesMax) {
        this.messagesMax = messagesMax;
        this.log = log;
        this.cold = cold;
    }

    List<Relocation.Swap> swaps() {
        return swaps;
    }

    /** Bytes copied. */
    long bytes() {
        return bytes;
    }

    /** Damage that kept a message from being copied, in the last segment; null if there was none. */
    @Nullable
    SpoolCorruptException damage() {
        return damage;
    }

    /** Why the last segment could not be read to its end; null if it could. */
    @Nullable
    SpoolIoException unread() {
        return unread;
    }

    /** Whether the last segment holds chunks of a message that is still being stored. */
    boolean held() {
        return held;
    }

    /**
     * Copies the current messages of a segment.
     *
     * @return false if the segment must stay: it holds damage or cannot be read, chunks of a message that is still being stored, or
     *     part of a message whose newest record is not proven yet
     */
    boolean copy(Segment victim, ByteBuffer descriptors) throws SpoolException {
        damage = null;
        unread = null;
        held = false;
        DescriptorCursor cursor = new DescriptorCursor(descriptors);
        while (cursor.next()) {
            if (cursor.type() > RecordType.CHUNK || cursor.type() == RecordType.REMOVE) {
                continue;
            }
            SpoolId id = new SpoolId(cursor.idHigh(), cursor.idLow());
            if (cursor.type() == RecordType.CHUNK && unfinished(cursor)) {
                held = true;
                return false;
            }
            long location = log.index().get(id);
            if (location == Location.NONE || location == copied.getOrDefault(id, Location.NONE)) {
                continue; // one that was replaced since it was copied may have parts of its new version here
            }
            try {
                FileCurrent current = current(id);
                if (current == null || !partOf(current, victim, cursor.offset())) {
                    continue;
                }
                if (!log.proven(current.location())) {
                    log.requestProof();
                    return false;
                }
                if (swaps.size() >= messagesMax) {
                    return false; // the rest in another round
                }
                copy(id, current);
                copied.put(id, current.location());
            } catch (SpoolCorruptException e) {
                if (log.index().get(id) != Location.NONE) {
                    damage = e;
                }
            } catch (SpoolIoException e) {
                if (unread == null) {
                    throw e;
                }
                return false;
            }
        }
        return damage == null;
    }

    private @Nullable FileCurrent current(SpoolId id) throws SpoolException {
        try {
            return log.finder().current(id);
        } catch (SpoolIoException e) {
            unread = e;
            throw e;
        }
    }

    private boolean unfinished(DescriptorCursor cursor) {
        Descriptor descriptor = cursor.descriptor();
        Extensions.Chunks chunks =
                descriptor == null ? null : descriptor.header().extensions().chunks();
        return chunks != null && log.catalogue().unfinished(chunks.firstRevision());
    }

    private boolean partOf(FileCurrent current, Segment victim, int offset) {
        if (Location.slot(current.location()) == victim.slot() && Location.offset(current.location()) == offset) {
            return true;
        }
        Links.Link body = current.body();
        return (body != null && body.life() == victim.life() && body.offset() == offset)
                || current.chunks().stream().anyMatch(link -> link.life() == victim.life() && link.offset() == offset);
    }

    private void copy(SpoolId id, FileCurrent current) throws SpoolException {
        RecordReader reader = log.finder().reader();
        RecordReader.Read newest = reading(() -> reader.read(id, current.location()));
        Links.Link body = current.body();
        long holderLocation = body == null ? current.location() : reading(() -> reader.located(id, body));
        RecordReader.Read holder = body == null ? newest : reading(() -> reader.read(id, holderLocation));
        List<Long> dead = new ArrayList<>(List.of(current.location()));
        List<Links.Link> targets = new ArrayList<>(List.of(log.files().link(current.location())));
        if (body != null) {
            dead.add(holderLocation);
            targets.add(body);
        }
        List<Long> copies = new ArrayList<>();
        List<Extensions.Own> own = new ArrayList<>();
        Links.Link before = copyChunks(id, current, dead, copies);
        if (before != null) {
            own.add(Links.encode(Links.PREVIOUS_CHUNK, List.of(before)));
        }
        own.add(Links.encode(Links.TARGETS, targets));
        RecordHeader from = newest.header();
        Extensions extensions = new Extensions(
                from.extensions().envelopeBytes(),
                from.extensions().envelopeCrc(),
                holder.header().extensions().chunks(),
                List.copyOf(own));
        RecordHeader header = new RecordHeader(
                RecordType.PUT,
                RecordHeader.FLAG_RELOCATED,
                from.log(),
                from.revision(),
                from.birthRevision(),
                id,
                holder.header().partBytes(),
                from.bodyBytes(),
                holder.header().partCrc(),
                from.storedAtMillis(),
                extensions);
        copies.add(append(header, joined(newest.envelope(), holder.part())));
        swaps.add(new Relocation.Swap(id, current.location(), copies, dead));
    }

    /** Copies the chunks first to last; a link to the copy of the last one, null if there are none. */
    private Links.@Nullable Link copyChunks(SpoolId id, FileCurrent current, List<Long> dead, List<Long> copies)
            throws SpoolException {
        List<Links.Link> chunks = new ArrayList<>(current.chunks());
        Collections.reverse(chunks);
        Links.Link before = null;
        for (Links.Link chunk : chunks) {
            long location = reading(() -> log.finder().reader().located(id, chunk));
            RecordReader.Read read = reading(() -> log.finder().reader().read(id, location));
            List<Extensions.Own> own =
                    before == null ? List.of() : List.of(Links.encode(Links.PREVIOUS_CHUNK, List.of(before)));
            long copy = append(
                    read.header().relocated().with(read.header().extensions().withOwn(own)), read.payload());
            dead.add(location);
            copies.add(copy);
            before = log.files().link(copy);
        }
        return before;
    }

    /** Something to be read. */
    private interface Reading<T> {
        T read() throws SpoolException;
    }

    /** Tells a read that fails from a write that does: the one concerns a message, the other the round. */
    private <T> T reading(Reading<T> reading) throws SpoolException {
        try {
            return reading.read();
        } catch (SpoolIoException e) {
            unread = e;
            throw e;
        }
    }

    private long append(RecordHeader header, ByteBuffer payload) throws SpoolException {
        bytes += header.recordBytes();
        return cold.append(header, payload);
    }

    private static ByteBuffer joined(ByteBuffer envelope, ByteBuffer part) {
        if (!envelope.hasRemaining()) {
            return part;
        }
        return ByteBuffer.allocate(envelope.remaining() + part.remaining())
                .put(envelope)
                .put(part)
                .flip();
    }
}
