package dev.spool.engine;

import dev.spool.engine.spi.BatchRecord;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What an operation has to write, borrowed from its caller, and how much of it has been staged. Parts are staged in order, by
 * one thread at a time.
 */
final class Payload {

    private final ByteBuffer envelope;
    private final List<ByteBuffer> body;
    private final long bodyBytes;
    private final int chunkBytes;
    private final @Nullable CRC32C wholeBody;
    private long stagedBytes;
    private int bodyIndex;

    /** @param body views whose positions are this payload's to move */
    Payload(ByteBuffer envelope, List<ByteBuffer> body, long bodyBytes, int chunkBytes) {
        this.envelope = envelope;
        this.body = body;
        this.bodyBytes = bodyBytes;
        this.chunkBytes = chunkBytes;
        this.wholeBody = bodyBytes > chunkBytes ? new CRC32C() : null;
    }

    long bodyBytes() {
        return bodyBytes;
    }

    int envelopeBytes() {
        return envelope.remaining();
    }

    /** Bytes that the next part needs behind its headroom. */
    int nextPartBytes() {
        long rest = bodyBytes - stagedBytes;
        return rest > chunkBytes ? chunkBytes : (int) rest + envelope.remaining();
    }

    /**
     * Copies the next part behind the headroom of {@code target}, whose limit is already right, and computes its checksums over
     * the copy, so that a caller who changes its buffers meanwhile cannot make the two disagree.
     */
    StagedPart stage(Operation operation, ByteBuffer target) {
        long rest = bodyBytes - stagedBytes;
        boolean last = rest <= chunkBytes;
        int partBytes = last ? (int) rest : chunkBytes;
        int envelopeBytes = last ? envelope.remaining() : 0;
        target.position(BatchRecord.HEADROOM_BYTES);
        if (envelopeBytes > 0) {
            target.put(envelope.duplicate());
        }
        copyBody(target, partBytes);
        int envelopeEnd = BatchRecord.HEADROOM_BYTES + envelopeBytes;
        int envelopeCrc = envelopeBytes == 0 ? 0 : crc(new CRC32C(), target, BatchRecord.HEADROOM_BYTES, envelopeEnd);
        int partCrc = crc(new CRC32C(), target, envelopeEnd, envelopeEnd + partBytes);
        int bodyCrc = wholeBody == null ? partCrc : crc(wholeBody, target, envelopeEnd, envelopeEnd + partBytes);
        target.position(0);
        stagedBytes += partBytes;
        return new StagedPart(
                operation, target, partBytes, partCrc, envelopeBytes, envelopeCrc, last ? bodyCrc : 0, last);
    }

    private void copyBody(ByteBuffer target, int bytes) {
        int left = bytes;
        while (left > 0) {
            ByteBuffer source = body.get(bodyIndex);
            int available = source.remaining();
            if (available <= left) {
                target.put(source);
                left -= available;
                bodyIndex++;
            } else {
                int limit = source.limit();
                target.put(source.limit(source.position() + left));
                source.limit(limit);
                left = 0;
            }
        }
    }

    private static int crc(CRC32C crc, ByteBuffer buffer, int from, int to) {
        int limit = buffer.limit();
        crc.update(buffer.limit(to).position(from));
        buffer.limit(limit);
        return (int) crc.getValue();
    }
}
