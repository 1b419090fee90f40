package dev.spool.lmdb;

import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.engine.io.Disk;
import dev.spool.engine.io.DiskFile;
import dev.spool.engine.record.RecordHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which spool this is, in a plain file beside the logs, so that it can be told without LMDB: {@code lmdb.origin}, little-endian:
 * {@code u64 magic | u32 format | u32 shards | u64 x 2 store id | u64 epoch | u32 0 | u32 CRC-32C of the rest}. Written anew by
 * each owner.
 *
 * @param epoch the highest epoch that owned the files
 */
record OriginFile(UUID storeId, int shards, long epoch) {

    static final int FORMAT = 1;
    static final int BYTES_MAX = 4096;

    private static final long MAGIC = 0x4c4d44425350_4f4cL;
    private static final int BYTES = 48;
    private static final String NAME = "lmdb.origin";

    static Path file(Path spool) {
        return spool.resolve(NAME);
    }

    /** Null if there is none, or none that can be read. */
    static @Nullable OriginFile read(Disk disk, Path spool) throws SpoolException {
        ByteBuffer in = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (DiskFile file = disk.openForReading(file(spool))) {
            file.read(in, 0);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new SpoolIoException("reading " + file(spool) + " failed: " + e.getMessage(), e);
        }
        boolean ours = !in.hasRemaining()
                && in.getLong(0) == MAGIC
                && in.getInt(8) == FORMAT
                && in.getInt(BYTES - 4) == RecordHeader.crc(in.flip(), 0, BYTES - 4);
        return ours ? new OriginFile(new UUID(in.getLong(16), in.getLong(24)), in.getInt(12), in.getLong(32)) : null;
    }

    /** Replaces the file; on disk when this returns. */
    void write(Disk disk, Path spool) throws SpoolException {
        ByteBuffer out = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(MAGIC).putInt(FORMAT).putInt(shards);
        out.putLong(storeId.getMostSignificantBits()).putLong(storeId.getLeastSignificantBits());
        out.putLong(epoch).putInt(0);
        out.putInt(BYTES - 4, RecordHeader.crc(out, 0, BYTES - 4));
        Path temporary = spool.resolve(NAME + ".new");
        try {
            try (DiskFile file = disk.openForWriting(temporary)) {
                file.write(out.clear(), 0);
                file.sync();
            }
            disk.rename(temporary, file(spool));
            disk.syncDirectory(spool);
        } catch (IOException e) {
            throw new SpoolIoException("writing " + file(spool) + " failed: " + e.getMessage(), e);
        }
    }
}
