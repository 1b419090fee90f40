package dev.spool.lmdb;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.engine.io.Disk;
import dev.spool.engine.io.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** The pages of an LMDB file, read without LMDB: nothing that stands in them can crash the process. Not beside whoever writes. */
final class PageFile implements AutoCloseable {

    private static final int FIRST_PAGE = 2;

    private final DiskFile file;
    private final FileRoot root;

    private PageFile(DiskFile file, FileRoot root) {
        this.file = file;
        this.root = root;
    }

    /** The same file as another one of its roots has it. */
    PageFile at(FileRoot otherRoot) {
        return new PageFile(file, otherRoot);
    }

    /** An open file as one of its roots has it; whoever opened the file closes it. */
    static PageFile of(DiskFile file, FileRoot root) {
        return new PageFile(file, root);
    }

    /** @throws SpoolCorruptException if its root pages are damaged; it may be too short for what they say */
    static PageFile open(Disk disk, Path path) throws SpoolException {
        DiskFile file = null;
        PageFile opened = null;
        try {
            file = disk.openForReading(path);
            opened = new PageFile(file, FileFormat.newer(FileFormat.roots(file)));
            return opened;
        } catch (IOException e) {
            throw typed("reading " + path, e);
        } finally {
            if (file != null && opened == null) {
                close(file);
            }
        }
    }

    DiskFile file() {
        return file;
    }

    FileRoot root() {
        return root;
    }

    /** A page of a tree, verified. */
    Page page(long number) throws SpoolException {
        ByteBuffer bytes = ByteBuffer.allocate(root.pageBytes()).order(ByteOrder.nativeOrder());
        read(number, bytes);
        return Page.of(this, number, bytes);
    }

    /** A value that stands on pages of its own. */
    byte[] overflow(long first, int bytes) throws SpoolException {
        overflowPages(first, bytes);
        ByteBuffer pages = ByteBuffer.allocate(Page.HEADER_BYTES + bytes);
        read(first, pages);
        byte[] value = new byte[bytes];
        pages.get(Page.HEADER_BYTES, value);
        return value;
    }

    /** How many pages a value of that many bytes takes, as its first page says. */
    int overflowPages(long first, int bytes) throws SpoolException {
        ByteBuffer header = ByteBuffer.allocate(Page.HEADER_BYTES).order(ByteOrder.nativeOrder());
        read(first, header);
        if (header.getLong(0) != first || Page.kind(header) != Page.OVERFLOW) {
            throw damaged(first, "a value of " + bytes + " bytes should begin here");
        }
        int pages = header.getInt(12);
        long room = (long) pages * root.pageBytes() - Page.HEADER_BYTES;
        if (pages < 1 || room < bytes || first + pages - 1 > root.lastPage()) {
            throw damaged(first, "a value of " + bytes + " bytes would have " + pages + " pages");
        }
        return pages;
    }

    SpoolCorruptException damaged(long page, String why) {
        return new SpoolCorruptException(null, file.path() + " page " + page, why);
    }

    private void read(long page, ByteBuffer target) throws SpoolException {
        if (page < FIRST_PAGE || page > root.lastPage()) {
            throw damaged(page, "there is no such page, the last one is " + root.lastPage());
        }
        try {
            int read = file.read(target, page * root.pageBytes());
            if (target.hasRemaining()) {
                throw damaged(page, "the file ends " + read + " bytes behind its start");
            }
        } catch (SpoolException e) {
            throw e;
        } catch (IOException e) {
            throw typed("reading page " + page + " of " + file.path(), e);
        }
    }

    @Override
    public void close() throws SpoolException {
        close(file);
    }

    private static void close(DiskFile file) throws SpoolException {
        try {
            file.close();
        } catch (IOException e) {
            throw typed("closing " + file.path(), e);
        }
    }

    private static SpoolException typed(String what, IOException e) {
        return e instanceof SpoolException known ? known : new SpoolIoException(what + " failed: " + e.getMessage(), e);
    }
}
