package dev.spool.engine;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A copied and checksummed piece of an operation's payload, on its way to the committer: the whole payload of a small message,
 * one chunk of a large one, or the news that there will be none because the operation is over.
 */
final class StagedPart extends InboxEntry {

    final Operation operation;
    final @Nullable ByteBuffer buffer;
    final int partBytes;
    final int partCrc;
    final int envelopeBytes;
    final int envelopeCrc;
    /** CRC-32C of the whole body; only in the last part. */
    final int bodyCrc;
    /** Whether the message is complete with this part. */
    final boolean last;

    StagedPart(
            Operation operation,
            ByteBuffer buffer,
            int partBytes,
            int partCrc,
            int envelopeBytes,
            int envelopeCrc,
            int bodyCrc,
            boolean last) {
        this.operation = operation;
        this.buffer = buffer;
        this.partBytes = partBytes;
        this.partCrc = partCrc;
        this.envelopeBytes = envelopeBytes;
        this.envelopeCrc = envelopeCrc;
        this.bodyCrc = bodyCrc;
        this.last = last;
    }

    private StagedPart(Operation operation) {
        this.operation = operation;
        this.buffer = null;
        this.partBytes = 0;
        this.partCrc = 0;
        this.envelopeBytes = 0;
        this.envelopeCrc = 0;
        this.bodyCrc = 0;
        this.last = true;
    }

    /** Says that the operation was over before this part could be staged. */
    static StagedPart none(Operation operation) {
        return new StagedPart(operation);
    }
}
