package dev.spool.engine.directory;

import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.SpoolVersionException;
import dev.spool.engine.record.RecordHeader;
import dev.spool.engine.spi.BackendFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which spool a directory holds; fixed when it is made. Little-endian:
 *
 * <pre>
 *  0  8    "SPOOL-ID"
 *  8  u32  CRC-32C of all that follows
 * 12  u32  bytes of the whole; a later version may append to what is drawn here
 * 16  u64  incompatible features
 * 24  u64  read-only-compatible features
 * 32  u64  compatible features
 * 40  u32  version of the backend's format
 * 44  u16  shard count
 * 46  u16  bytes of the backend's name, 1 to 64
 * 48  16   store id, as a UUID is written
 * 64  i64  created at, milliseconds since 1970
 * 72       backend's name: a to z, 0 to 9, -
 * </pre>
 */
public record Identity(
        String backend, int formatVersion, Features features, UUID storeId, int shards, Instant createdAt) {

    static final int SHARDS_MAX = 0xffff;
    static final int BYTES_MAX = 1024;
    private static final long MAGIC = 0x44492d4c4f4f5053L;
    private static final int FIXED_BYTES = 72;
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}");

    public Identity {
        if (!NAME.matcher(backend).matches()) {
            throw new IllegalArgumentException("a backend's name must match " + NAME + ", not '" + backend + "'");
        }
        if (shards < 1 || shards > SHARDS_MAX) {
            throw new IllegalArgumentException("shards must be from 1 to " + SHARDS_MAX + ", not " + shards);
        }
        createdAt = Instant.ofEpochMilli(createdAt.toEpochMilli());
    }

    /**
     * Checks that this version may read the spool.
     *
     * @throws SpoolVersionException if a newer version wrote it
     * @throws SpoolIoException if another backend did
     */
    public void requireReadable(Path directory, Format format) throws SpoolException {
        if (!backend.equals(format.backend())) {
            throw new SpoolIoException(directory + " holds a spool of the backend '" + backend + "', not '"
                    + format.backend() + "'; open it with that backend");
        }
        if (formatVersion > format.version()
                || (features.incompatible() & ~format.understands().incompatible()) != 0) {
            throw refused(directory, format);
        }
    }

    /**
     * Checks that this version may read and write the spool.
     *
     * @throws SpoolVersionException if a newer version wrote it
     * @throws SpoolIoException if another backend did
     */
    public void requireWritable(Path directory, Format format) throws SpoolException {
        requireReadable(directory, format);
        if ((features.readOnlyCompatible() & ~format.understands().readOnlyCompatible()) != 0) {
            throw refused(directory, format);
        }
    }

    private SpoolVersionException refused(Path directory, Format format) {
        return new SpoolVersionException(
                directory.resolve(Layout.IDENTITY).toString(),
                backend + " version " + formatVersion + " with features " + features,
                format.toString());
    }

    /** Whether what a backend's files tell of their origin is the same. */
    public boolean agrees(BackendFactory.Origin origin) {
        return origin.storeId().equals(storeId) && origin.shards() == shards;
    }

    ByteBuffer encode() {
        byte[] name = backend.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer out = ByteBuffer.allocate(FIXED_BYTES + name.length).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(MAGIC).putInt(0).putInt(out.capacity());
        out.putLong(features.incompatible());
        out.putLong(features.readOnlyCompatible());
        out.putLong(features.compatible());
        out.putInt(formatVersion).putShort((short) shards).putShort((short) name.length);
        out.putLong(Long.reverseBytes(storeId.getMostSignificantBits()));
        out.putLong(Long.reverseBytes(storeId.getLeastSignificantBits()));
        out.putLong(createdAt.toEpochMilli()).put(name);
        out.putInt(8, RecordHeader.crc(out, 12, out.capacity()));
        return out.flip();
    }

    /** Reads an encoding that fills the buffer, which is left alone; null if it is not one, or damaged. */
    static @Nullable Identity decode(ByteBuffer source) {
        ByteBuffer in = source.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (in.remaining() < FIXED_BYTES || in.remaining() > BYTES_MAX || in.getLong(0) != MAGIC) {
            return null;
        }
        if (in.getInt(12) != in.limit() || in.getInt(8) != RecordHeader.crc(in, 12, in.limit())) {
            return null;
        }
        int shards = in.getShort(44) & 0xffff;
        int nameBytes = in.getShort(46) & 0xffff;
        if (shards == 0 || FIXED_BYTES + nameBytes > in.limit()) {
            return null;
        }
        byte[] bytes = new byte[nameBytes];
        in.get(FIXED_BYTES, bytes);
        String name = new String(bytes, StandardCharsets.US_ASCII);
        if (!NAME.matcher(name).matches()) {
            return null;
        }
        return new Identity(
                name,
                in.getInt(40),
                new Features(in.getLong(16), in.getLong(24), in.getLong(32)),
                new UUID(Long.reverseBytes(in.getLong(48)), Long.reverseBytes(in.getLong(56))),
                shards,
                Instant.ofEpochMilli(in.getLong(64)));
    }
}
