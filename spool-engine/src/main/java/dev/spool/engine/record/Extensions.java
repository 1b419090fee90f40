package dev.spool.engine.record;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tagged extensions of a record: each {@code u8 tag | u8 0 | u16 value bytes | value | padding to 8}. A reader skips tags
 * below 128 that it does not know, and refuses others.
 *
 * <pre>
 * tag 1  envelope        u32 bytes, u32 CRC-32C
 * tag 2  chunks          u64 revision of the message's first chunk, u32 chunks before this record, u32 CRC-32C of the whole body
 *                        (0 in a chunk)
 * tags 16 to 127         a backend's own, kept as they are
 * </pre>
 */
public record Extensions(
        int envelopeBytes, int envelopeCrc, @Nullable Chunks chunks, List<Own> own) {

    public static final Extensions NONE = new Extensions(0, 0, null, List.of());

    private static final int TAG_ENVELOPE = 1;
    private static final int TAG_CHUNKS = 2;
    private static final int TAG_OWN_MIN = 16;
    private static final int TAG_INCOMPATIBLE_MIN = 128;

    /** How a chunked message hangs together. */
    public record Chunks(long firstRevision, int ordinal, int bodyCrc) {}

    /** An extension that only its backend understands; {@code value} is little-endian and at most 1 KiB. */
    public record Own(byte tag, ByteBuffer value) {}

    /** These extensions and the backend's own ones. */
    public Extensions withOwn(List<Own> replacement) {
        return new Extensions(envelopeBytes, envelopeCrc, chunks, List.copyOf(replacement));
    }

    /** The backend's own extension with that tag, a fresh little-endian view, or null. */
    public @Nullable ByteBuffer own(byte tag) {
        for (Own extension : own) {
            if (extension.tag() == tag) {
                return extension.value().duplicate().order(ByteOrder.LITTLE_ENDIAN);
            }
        }
        return null;
    }

    public int encodedBytes() {
        int bytes = envelopeBytes > 0 ? slot(8) : 0;
        bytes += chunks != null ? slot(16) : 0;
        for (int i = 0; i < own.size(); i++) { // for each record of each batch: no iterator
            bytes += slot(own.get(i).value().remaining());
        }
        return bytes;
    }

    void encode(ByteBuffer out) {
        if (envelopeBytes > 0) {
            head(out, TAG_ENVELOPE, 8).putInt(envelopeBytes).putInt(envelopeCrc);
            pad(out, 8);
        }
        if (chunks != null) {
            head(out, TAG_CHUNKS, 16)
                    .putLong(chunks.firstRevision())
                    .putInt(chunks.ordinal())
                    .putInt(chunks.bodyCrc());
            pad(out, 16);
        }
        for (int i = 0; i < own.size(); i++) {
            Own extension = own.get(i);
            int bytes = extension.value().remaining();
            head(out, extension.tag(), bytes).put(extension.value().duplicate());
            pad(out, bytes);
        }
    }

    static @Nullable Extensions decode(ByteBuffer in, int start, int bytes) {
        int envelopeBytes = 0;
        int envelopeCrc = 0;
        Chunks chunks = null;
        List<Own> own = bytes == 0 ? List.of() : new ArrayList<>(2);
        int at = start;
        int end = start + bytes;
        while (at < end) {
            int tag = in.get(at) & 0xff;
            int length = in.getShort(at + 2) & 0xffff;
            int next = at + slot(length);
            if (next > end || tag >= TAG_INCOMPATIBLE_MIN) {
                return null;
            }
            int value = at + 4;
            if (tag == TAG_ENVELOPE && length == 8) {
                envelopeBytes = in.getInt(value);
                envelopeCrc = in.getInt(value + 4);
            } else if (tag == TAG_CHUNKS && length == 16) {
                chunks = new Chunks(in.getLong(value), in.getInt(value + 8), in.getInt(value + 12));
            } else if (tag >= TAG_OWN_MIN) {
                ByteBuffer copy = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
                copy.put(0, in, value, length);
                own.add(new Own((byte) tag, copy));
            }
            at = next;
        }
        return envelopeBytes < 0 ? null : new Extensions(envelopeBytes, envelopeCrc, chunks, own);
    }

    private static int slot(int valueBytes) {
        return (4 + valueBytes + 7) & ~7;
    }

    private static ByteBuffer head(ByteBuffer out, int tag, int valueBytes) {
        return out.put((byte) tag).put((byte) 0).putShort((short) valueBytes);
    }

    private static void pad(ByteBuffer out, int valueBytes) {
        for (int i = 4 + valueBytes; i < slot(valueBytes); i++) {
            out.put((byte) 0);
        }
    }
}
