package dev.spool.cli.mail;

import dev.spool.Message;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects the bytes of a body of unknown length, in pieces, so that no array has to hold it whole. Past the limit it
 * goes on counting and keeps nothing.
 */
public final class BodyBuilder {

    private static final int PIECE_BYTES_MIN = 16 << 10;
    private static final int PIECE_BYTES_MAX = 1 << 20;

    private final long maxBytes;
    private final List<ByteBuffer> pieces = new ArrayList<>();
    private long sizeBytes;

    public BodyBuilder(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Reads the input to its end, or to where it is certain to be over the limit. */
    public static BodyBuilder read(InputStream input, long maxBytes) throws IOException {
        BodyBuilder body = new BodyBuilder(maxBytes);
        byte[] buffer = new byte[64 << 10];
        for (int read = input.read(buffer); read >= 0 && !body.isTooLarge(); read = input.read(buffer)) {
            body.append(buffer, 0, read);
        }
        return body;
    }

    public void append(byte[] bytes, int offset, int length) {
        sizeBytes += length;
        if (isTooLarge()) {
            pieces.clear();
            return;
        }
        int at = offset;
        int end = offset + length;
        while (at < end) {
            ByteBuffer last = lastWithRoom();
            int count = Math.min(last.remaining(), end - at);
            last.put(bytes, at, count);
            at += count;
        }
    }

    public boolean isTooLarge() {
        return sizeBytes > maxBytes;
    }

    /** How many bytes were appended, kept or not. */
    public long sizeBytes() {
        return sizeBytes;
    }

    /** The body, without an envelope. */
    public Message build() {
        if (isTooLarge()) {
            throw new IllegalStateException("of " + sizeBytes + " bytes nothing was kept, the limit is " + maxBytes);
        }
        List<ByteBuffer> body =
                pieces.stream().map(piece -> piece.duplicate().flip()).toList();
        return Message.of(body, ByteBuffer.allocate(0));
    }

    private ByteBuffer lastWithRoom() {
        if (!pieces.isEmpty() && pieces.get(pieces.size() - 1).hasRemaining()) {
            return pieces.get(pieces.size() - 1);
        }
        // As much again as there is already, so that small messages stay small.
        long bytes = Math.max(PIECE_BYTES_MIN, Math.min(PIECE_BYTES_MAX, sizeBytes));
        ByteBuffer piece = ByteBuffer.allocate((int) bytes);
        pieces.add(piece);
        return piece;
    }
}
