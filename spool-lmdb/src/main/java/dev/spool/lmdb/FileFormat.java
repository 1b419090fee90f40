package dev.spool.lmdb;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.SpoolVersionException;
import dev.spool.engine.io.Disk;
import dev.spool.engine.io.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * Looks at a file before LMDB maps it, because LMDB trusts it: one of another format, or cut short, would crash the process.
 *
 * <p>A file begins with two root pages, of which the one with the higher transaction counts: {@code 16 page header | u32 magic |
 * u32 version | 16 | u32 page bytes | 92 | u64 last page | u64 transaction}, in the machine's own byte order.
 */
final class FileFormat {

    private static final int MAGIC = 0xBEEFC0DE;
    private static final int VERSION = 1;
    private static final int ROOT_BYTES = 152;
    private static final int PAGE_BYTES_MIN = 512;
    private static final int PAGE_BYTES_MAX = 64 << 10;

    /** Pages at the end that a transaction took and gave back are never written, so that a whole file may lack a few. */
    private static final int UNWRITTEN_PAGES_MAX = 64;

    private FileFormat() {}

    /**
     * @throws SpoolVersionException if it is of another LMDB
     * @throws SpoolCorruptException if it is no LMDB file, or too short
     */
    static void require(Disk disk, Path file) throws SpoolException {
        try (DiskFile opened = disk.openForReading(file)) {
            require(opened);
        } catch (IOException e) {
            if (e instanceof SpoolException typed) {
                throw typed;
            }
            throw new SpoolIoException("reading " + file + " failed: " + e.getMessage(), e);
        }
    }

    private static void require(DiskFile file) throws IOException {
        ByteBuffer first = root(file, 0);
        int pageBytes = first.getInt(40);
        if (pageBytes < PAGE_BYTES_MIN || pageBytes > PAGE_BYTES_MAX || Integer.bitCount(pageBytes) != 1) {
            throw damaged(file, 40, "its pages would have " + pageBytes + " bytes");
        }
        ByteBuffer second = root(file, pageBytes);
        ByteBuffer newer = Long.compareUnsigned(first.getLong(144), second.getLong(144)) > 0 ? first : second;
        long lastPage = newer.getLong(136);
        long pages = file.size() / pageBytes;
        if (lastPage < 1 || pages + UNWRITTEN_PAGES_MAX <= lastPage) {
            throw damaged(file, 136, "it has " + pages + " pages, and its last one should be " + lastPage);
        }
    }

    private static ByteBuffer root(DiskFile file, long at) throws IOException {
        ByteBuffer root = ByteBuffer.allocate(ROOT_BYTES).order(ByteOrder.nativeOrder());
        if (file.read(root, at) < ROOT_BYTES) {
            throw damaged(file, at, "it ends at " + file.size() + ", before its second root page does");
        }
        if (root.getInt(16) != MAGIC) {
            throw damaged(
                    file, at + 16, String.format("expected LMDB's magic %08x, found %08x", MAGIC, root.getInt(16)));
        }
        if (root.getInt(20) != VERSION) {
            throw new SpoolVersionException(
                    file.path().toString(), "LMDB data version " + root.getInt(20), "LMDB data version " + VERSION);
        }
        return root;
    }

    private static SpoolCorruptException damaged(DiskFile file, long at, String why) {
        return new SpoolCorruptException(null, file.path() + " offset " + at, why);
    }
}
