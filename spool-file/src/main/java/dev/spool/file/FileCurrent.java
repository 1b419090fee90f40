package dev.spool.file;

import dev.spool.MessageInfo;
import dev.spool.engine.spi.Current;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The version of a message that an operation is about to replace or remove, and every record it consists of. */
final class FileCurrent extends Current {

    private final long location;
    private final Links.Link link;
    private final boolean envelopeRecord;
    private final Links.@Nullable Link body;
    private final List<Links.Link> chunks;

    /**
     * @param location of the newest record
     * @param link the same by the life of its segment: what the location means once that is over
     * @param envelopeRecord whether that is an ENVELOPE record
     * @param body the PUT that holds the body, if the newest record is an ENVELOPE record
     * @param chunks the other parts of a chunked body
     */
    FileCurrent(
            @Nullable MessageInfo info,
            long location,
            Links.Link link,
            boolean envelopeRecord,
            Links.@Nullable Link body,
            List<Links.Link> chunks) {
        super(info);
        this.location = location;
        this.link = link;
        this.envelopeRecord = envelopeRecord;
        this.body = body;
        this.chunks = chunks;
    }

    long location() {
        return location;
    }

    Links.Link link() {
        return link;
    }

    boolean envelopeRecord() {
        return envelopeRecord;
    }

    Links.@Nullable Link body() {
        return body;
    }

    List<Links.Link> chunks() {
        return chunks;
    }
}
