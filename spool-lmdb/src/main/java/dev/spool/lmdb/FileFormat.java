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
import java.util.List;

/**
 * Looks at a file before LMDB maps it, because LMDB trusts it: one of another format, or cut short, would crash the process.
 *
 * <p>A file begins with two root pages, of which the one with the higher transaction counts: {@code 16 page header | u32 magic |
 * u32 version | 16 | 48 free pages | 48 trees | u64 last page | u64 transaction}, in the machine's own byte order. The bytes of a
 * page stand first in the {@link TreeRoot} of the free pages.
 */
final class FileFormat {

    private static final int MAGIC = 0xBEEFC0DE;
    private static final int VERSION = 1;
    private static final int FREE_AT = 40;
    private static final int MAIN_AT = FREE_AT + TreeRoot.BYTES;
    private static final int LAST_PAGE_AT = MAIN_AT + TreeRoot.BYTES;
    private static final int TRANSACTION_AT = LAST_PAGE_AT + 8;
    private static final int ROOT_BYTES = TRANSACTION_AT + 8;

    /** LMDB keeps flags of the file beside those of the free pages. */
    private static final int TREE_FLAGS = 0x7f;

    private static final int PAGE_BYTES_MIN = 512;
    private static final int PAGE_BYTES_MAX = 64 << 10;

    private static final int ATTEMPTS = 20;

    /** More of them than this are not looked for among the free ones. */
    private static final int UNWRITTEN_PAGES_MAX = 1 << 16;

    private FileFormat() {}

    /**
     * @throws SpoolVersionException if it is of another LMDB
     * @throws SpoolCorruptException if it is no LMDB file, or too short
     */
    static void require(Disk disk, Path file) throws SpoolException {
        try (DiskFile opened = disk.openForReading(file)) {
            FileRoot root = newer(roots(opened));
            for (int attempt = 1; !isLong(opened, root, attempt == ATTEMPTS); attempt++) {
                root = newer(roots(opened)); // whoever writes has used the pages again that the free ones are listed on
            }
        } catch (IOException e) {
            if (e instanceof SpoolException typed) {
                throw typed;
            }
            throw new SpoolIoException("reading " + file + " failed: " + e.getMessage(), e);
        }
    }

    /** Both roots, each with what LMDB itself would not check. */
    static List<FileRoot> roots(DiskFile file) throws IOException {
        FileRoot first = root(file, 0);
        FileRoot second = root(file, first.pageBytes());
        if (second.pageBytes() != first.pageBytes()) {
            throw damaged(
                    file,
                    first.pageBytes() + FREE_AT,
                    "its pages would have " + second.pageBytes() + " bytes, and by the first root page "
                            + first.pageBytes());
        }
        return List.of(first, second);
    }

    /** The one that counts. */
    static FileRoot newer(List<FileRoot> roots) {
        FileRoot first = roots.get(0);
        FileRoot second = roots.get(1);
        return Long.compareUnsigned(first.transaction(), second.transaction()) > 0 ? first : second;
    }

    /**
     * Whether a file has all pages that its root counts, but for free ones at its end, which were never written if one transaction
     * took them and gave them back. LMDB would crash the process on any other page that is not there.
     */
    private static boolean isLong(DiskFile file, FileRoot root, boolean last) throws IOException {
        long pages = file.size() / root.pageBytes();
        if (pages > root.lastPage() && root.lastPage() >= 1) {
            return true;
        }
        PageUses free = new PageUses();
        boolean[] damaged = {root.lastPage() < 1 || root.lastPage() - pages > UNWRITTEN_PAGES_MAX};
        PageFile found = PageFile.of(file, root);
        if (!damaged[0]) {
            new PagedLog(found).walkFree(free, damage -> damaged[0] = true);
        }
        for (long page = pages; page <= root.lastPage() && !damaged[0]; page++) {
            damaged[0] = !free.isKnown(page);
        }
        if (damaged[0] && last) {
            throw damaged(
                    file, LAST_PAGE_AT, "it has " + pages + " pages, and its last one should be " + root.lastPage());
        }
        return !damaged[0];
    }

    private static FileRoot root(DiskFile file, long at) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(ROOT_BYTES).order(ByteOrder.nativeOrder());
        if (file.read(in, at) < ROOT_BYTES) {
            throw damaged(file, at, "it ends at " + file.size() + ", before its second root page does");
        }
        if (in.getInt(16) != MAGIC) {
            throw damaged(file, at + 16, String.format("expected LMDB's magic %08x, found %08x", MAGIC, in.getInt(16)));
        }
        if (in.getInt(20) != VERSION) {
            throw new SpoolVersionException(
                    file.path().toString(), "LMDB data version " + in.getInt(20), "LMDB data version " + VERSION);
        }
        int pageBytes = in.getInt(FREE_AT);
        if (pageBytes < PAGE_BYTES_MIN || pageBytes > PAGE_BYTES_MAX || Integer.bitCount(pageBytes) != 1) {
            throw damaged(file, at + FREE_AT, "its pages would have " + pageBytes + " bytes");
        }
        TreeRoot free = TreeRoot.at(in, FREE_AT);
        TreeRoot main = TreeRoot.at(in, MAIN_AT);
        if ((free.flags() & TREE_FLAGS) != TreeRoot.INTEGER_KEYS || main.flags() != 0) {
            throw damaged(
                    file,
                    at + FREE_AT + 4,
                    "its trees should have the flags 8 and 0, and have " + free.flags() + " and " + main.flags());
        }
        return new FileRoot(in.getLong(TRANSACTION_AT), pageBytes, in.getLong(LAST_PAGE_AT), free, main);
    }

    private static SpoolCorruptException damaged(DiskFile file, long at, String why) {
        return new SpoolCorruptException(null, file.path() + " offset " + at, why);
    }
}
