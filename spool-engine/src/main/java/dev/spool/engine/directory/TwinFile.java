package dev.spool.engine.directory;

import dev.spool.SpoolException;
import dev.spool.SpoolVersionException;
import dev.spool.engine.io.Disk;
import dev.spool.engine.io.DiskFile;
import dev.spool.engine.record.RecordHeader;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file of two copies in blocks of 4 KiB, overwritten in place one after the other with a sync after each: no torn write and
 * no lost block harms both, and replacing the content takes no space on the volume. After a write both hold the same. A copy,
 * little-endian:
 *
 * <pre>
 *  0  u32  CRC-32C of what follows, up to the end of the payload
 *  4  u32  bytes up to the end of the payload
 *  8  7    what file it is
 * 15  u8   version, 1
 * 16  u64  epoch
 * 24  u64  sequence: how often the content was written
 * 32       payload, at most 4064 bytes
 * </pre>
 *
 * <p>The copy that counts is the valid one with the higher epoch, or under one epoch the higher sequence.
 */
final class TwinFile {

    private static final System.Logger LOG = System.getLogger(TwinFile.class.getName());

    static final int COPY_BYTES = 4096;
    static final int FILE_BYTES = 2 * COPY_BYTES;
    private static final int HEADER_BYTES = 32;
    static final int PAYLOAD_MAX = COPY_BYTES - HEADER_BYTES;
    private static final int VERSION = 1;
    /** Both copies look damaged only if they are, or if they were read while they were being written. */
    private static final int READS = 4;

    private final Disk disk;
    private final Path path;
    private final long magic;

    /** @param name seven characters of ASCII */
    TwinFile(Disk disk, Path path, String name) {
        this.disk = disk;
        this.path = path;
        this.magic = magic(name);
    }

    private static long magic(String name) {
        long magic = 0;
        for (int i = 0; i < 7; i++) {
            magic |= (long) name.charAt(i) << (8 * i);
        }
        return magic;
    }

    Path path() {
        return path;
    }

    /** One valid copy. */
    record Copy(long epoch, long sequence, ByteBuffer payload) {
        boolean isNewerThan(@Nullable Copy other) {
            return other == null || epoch > other.epoch || (epoch == other.epoch && sequence > other.sequence);
        }
    }

    /** What a file holds: a copy is null if it is damaged or there is no file. */
    record Copies(
            boolean exists, @Nullable Copy first, @Nullable Copy second) {
        boolean firstCounts() {
            return first != null && (second == null || !second.isNewerThan(first));
        }

        @Nullable
        Copy newest() {
            return firstCounts() ? first : second;
        }

        boolean bothDamaged() {
            return exists && first == null && second == null;
        }

        boolean bothAre(Copy copy) {
            return copy.equals(first) && copy.equals(second);
        }

        boolean oneDamaged() {
            return (first == null) != (second == null);
        }
    }

    Copies read() throws IOException, SpoolException {
        Copies copies = new Copies(false, null, null);
        for (int i = 0; i < READS; i++) {
            try {
                Optional<ByteBuffer> bytes = Io.read(disk, path, FILE_BYTES);
                if (bytes.isEmpty()) {
                    return new Copies(false, null, null);
                }
                copies = parse(bytes.get());
            } catch (ClosedByInterruptException | SpoolException e) {
                throw e;
            } catch (IOException e) {
                copies = readEach(e);
            }
            if (!copies.bothDamaged()) {
                break;
            }
        }
        return copies;
    }

    /** Reads one copy after the other, for what the disk gives; what stands in a block that it does not give is damaged. */
    private Copies readEach(IOException failure) throws IOException, SpoolException {
        try (DiskFile file = disk.openForReading(path)) {
            Copies copies = new Copies(true, readCopy(file, 0), readCopy(file, COPY_BYTES));
            if (copies.bothDamaged()) {
                throw failure; // nothing tells what is there
            }
            LOG.log(Level.WARNING, "{0} is read copy by copy, since it cannot be read whole: {1}", path, failure);
            return copies;
        }
    }

    private @Nullable Copy readCopy(DiskFile file, int offset) throws IOException, SpoolException {
        ByteBuffer bytes = ByteBuffer.allocate(COPY_BYTES);
        try {
            file.read(bytes, offset);
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            return null;
        }
        return parse(bytes.flip(), 0);
    }

    /** Tells the copies in the bytes of a file, which are left alone. */
    Copies parse(ByteBuffer bytes) throws SpoolException {
        return new Copies(true, parse(bytes, 0), parse(bytes, COPY_BYTES));
    }

    private @Nullable Copy parse(ByteBuffer bytes, int offset) throws SpoolException {
        if (bytes.limit() < offset + COPY_BYTES) {
            return null;
        }
        ByteBuffer in = bytes.slice(offset, COPY_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        int end = in.getInt(4);
        if ((in.getLong(8) & ~(0xffL << 56)) != magic || end < HEADER_BYTES || end > COPY_BYTES) {
            return null;
        }
        if (in.getInt(0) != RecordHeader.crc(in, 4, end)) {
            return null;
        }
        int version = in.get(15) & 0xff;
        if (version > VERSION) {
            throw new SpoolVersionException(path.toString(), "version " + version, "version " + VERSION);
        }
        return new Copy(in.getLong(16), in.getLong(24), in.slice(HEADER_BYTES, end - HEADER_BYTES));
    }

    /** Both copies, as they stand in the file. */
    ByteBuffer encode(Copy copy) {
        ByteBuffer out = ByteBuffer.allocateDirect(FILE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        encode(copy, out);
        out.position(COPY_BYTES);
        encode(copy, out);
        return out.clear();
    }

    private void encode(Copy copy, ByteBuffer out) {
        int start = out.position();
        int end = start + HEADER_BYTES + copy.payload.remaining();
        out.putInt(0).putInt(end - start).putLong(magic | (long) VERSION << 56);
        out.putLong(copy.epoch).putLong(copy.sequence).put(copy.payload.duplicate());
        out.putInt(start, RecordHeader.crc(out, start + 4, end));
    }

    /** Something that must hold before the second copy is written. */
    interface Requirement {
        void check() throws IOException, SpoolException;
    }

    /** As below, whatever has become of the file meanwhile. */
    void write(Copies before, Copy copy) throws IOException, SpoolException {
        write(before, copy, () -> {});
    }

    /**
     * Writes the content; durable in both copies when this returns.
     *
     * @param before what is in the file: the copy that counts is overwritten last
     * @param requirement asked between the two: if it fails, the other copy is as it was
     */
    void write(Copies before, Copy copy, Requirement requirement) throws IOException, SpoolException {
        ByteBuffer bytes = encode(copy);
        if (!before.exists) {
            Io.replace(disk, path, bytes);
            return;
        }
        boolean firstCounts = before.firstCounts();
        try (DiskFile file = disk.openForWriting(path)) {
            writeCopy(file, bytes, firstCounts ? COPY_BYTES : 0);
            requirement.check();
            writeCopy(file, bytes, firstCounts ? 0 : COPY_BYTES);
        }
    }

    private static void writeCopy(DiskFile file, ByteBuffer bytes, int offset) throws IOException {
        file.write(bytes.slice(offset, COPY_BYTES), offset);
        // A retry after a failure writes the whole block again, so it does not rely on what a failed sync left behind.
        file.sync();
    }
}
