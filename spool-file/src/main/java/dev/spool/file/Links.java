package dev.spool.file;

import dev.spool.engine.record.Extensions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How records of this backend point at each other: extensions that name a record by the life of its segment and its offset
 * there, {@code u64 life | u32 offset | u32 record bytes} each.
 *
 * <pre>
 * tag 16  targets         the records that this one makes dead, one or more
 * tag 17  body            in an ENVELOPE record: the PUT that holds the body
 * tag 18  previous chunk  in a CHUNK or chunked PUT: the chunk before
 * tag 19  segment         in a SEGMENT record: its entry of the {@link Catalogue}
 * </pre>
 */
final class Links {

    static final byte TARGETS = 16;
    static final byte BODY = 17;
    static final byte PREVIOUS_CHUNK = 18;
    static final byte SEGMENT = 19;

    private static final int LINK_BYTES = 16;

    /** The most that links add to the header of a record: two targets, a body, a previous chunk. */
    static final int RECORD_BYTES_MAX = 40 + 24 + 24;

    private Links() {}

    /** A record by the life of its segment. */
    record Link(long life, int offset, int recordBytes) {

        /** Whether a record can stand there. */
        boolean sane() {
            return offset >= Blocks.BYTES
                    && offset < SlotSurvey.MAX_SEGMENT_BYTES
                    && (offset & 7) == 0
                    && recordBytes > 0
                    && recordBytes <= Location.MAX_RECORD_BYTES;
        }
    }

    static Extensions.Own encode(byte tag, List<Link> links) {
        ByteBuffer value = ByteBuffer.allocate(links.size() * LINK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (Link link : links) {
            value.putLong(link.life()).putInt(link.offset()).putInt(link.recordBytes());
        }
        return new Extensions.Own(tag, value.flip());
    }

    /** The records that one with these extensions makes dead. */
    static List<Link> targets(Extensions extensions) {
        ByteBuffer value = extensions.own(TARGETS);
        if (value == null) {
            return List.of();
        }
        List<Link> links = new ArrayList<>(2);
        while (value.remaining() >= LINK_BYTES) {
            links.add(new Link(value.getLong(), value.getInt(), value.getInt()));
        }
        return links;
    }

    /** The single link under {@code tag}, or null. */
    static @Nullable Link link(Extensions extensions, byte tag) {
        ByteBuffer value = extensions.own(tag);
        return value == null || value.remaining() < LINK_BYTES
                ? null
                : new Link(value.getLong(), value.getInt(), value.getInt());
    }
}
