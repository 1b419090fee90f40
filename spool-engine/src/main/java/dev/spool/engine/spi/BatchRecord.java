package dev.spool.engine.spi;

import dev.spool.engine.record.RecordHeader;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One record of a batch: resolved by the committer, placed by the backend. */
public final class BatchRecord {

    /** Free bytes in front of every payload, for the header and all extensions. A multiple of 8. */
    public static final int HEADROOM_BYTES = 256;

    private final RecordHeader header;
    private final @Nullable Current previous;
    private final @Nullable BatchRecord previousChunk;
    private final @Nullable ByteBuffer staged;
    private long location;

    /**
     * @param header complete but for the backend's own extensions
     * @param previous the version that this record replaces or removes, null if there is none
     * @param previousChunk the chunk before this one of the same message, in this or an earlier batch
     * @param staged a direct buffer holding {@link #HEADROOM_BYTES} free bytes, envelope and body part from there to its
     *     limit, and at least 7 bytes of capacity beyond the limit for padding; null for a record without payload
     */
    public BatchRecord(
            RecordHeader header,
            @Nullable Current previous,
            @Nullable BatchRecord previousChunk,
            @Nullable ByteBuffer staged) {
        this.header = header;
        this.previous = previous;
        this.previousChunk = previousChunk;
        this.staged = staged;
    }

    public RecordHeader header() {
        return header;
    }

    public @Nullable Current previous() {
        return previous;
    }

    public @Nullable BatchRecord previousChunk() {
        return previousChunk;
    }

    /** The staged payload with its headroom; the backend may write into the headroom and the padding. */
    public @Nullable ByteBuffer staged() {
        return staged;
    }

    /** Where the backend put this record, in its own terms. */
    public long location() {
        return location;
    }

    public void location(long newLocation) {
        location = newLocation;
    }
}
