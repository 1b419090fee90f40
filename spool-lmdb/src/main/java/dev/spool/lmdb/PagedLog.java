package dev.spool.lmdb;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.engine.io.Disk;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The trees of a log's file, read without LMDB. */
final class PagedLog implements TreeReader, AutoCloseable {

    /** Numbers of the machine's, as the list of free pages has them for keys. */
    private static final Comparator<byte[]> BY_NUMBER =
            (left, right) -> Long.compareUnsigned(number(left, 0), number(right, 0));

    private final PageFile pages;

    PagedLog(PageFile pages) {
        this.pages = pages;
    }

    static PagedLog open(Disk disk, Path file) throws SpoolException {
        return new PagedLog(PageFile.open(disk, file));
    }

    PageFile pages() {
        return pages;
    }

    @Override
    public byte @Nullable [] get(Tree tree, byte[] key) throws SpoolException {
        return tree(tree).find(key);
    }

    @Override
    public String at(Tree tree, byte[] key) {
        return pages.file().path() + " " + tree + " " + HexFormat.of().formatHex(key);
    }

    /** Visits all entries of a tree, as {@link PageTree#walk} does. */
    void walk(Tree tree, PageUses uses, Consumer<SpoolCorruptException> damage, PageTree.Visitor visitor)
            throws SpoolException {
        PageTree found;
        try {
            found = tree(tree);
        } catch (SpoolCorruptException e) {
            damage.accept(e);
            return;
        }
        found.walk(uses, damage, visitor);
    }

    /** Verifies the list of free pages: a page that is both free and in use would be overwritten some day. */
    void walkFree(PageUses uses, Consumer<SpoolCorruptException> damage) throws SpoolException {
        new PageTree(pages, pages.root().main()).walk(uses, damage, (key, value) -> {});
        new PageTree(pages, pages.root().free(), BY_NUMBER).walk(uses, damage, (key, value) -> {
            try {
                useFree(uses, value.read());
            } catch (SpoolCorruptException e) {
                damage.accept(e);
            }
        });
    }

    private void useFree(PageUses uses, byte[] list) throws SpoolException {
        long count = list.length < Long.BYTES ? -1 : number(list, 0);
        if (count < 0 || count > list.length / Long.BYTES - 1) {
            throw pages.damaged(
                    pages.root().free().page(), "a list of " + count + " free pages has " + list.length + " bytes");
        }
        for (int i = 1; i <= count; i++) {
            long page = number(list, i);
            if (page < 2 || page > pages.root().lastPage()) {
                throw pages.damaged(
                        page,
                        "it is listed as free, and the last page is "
                                + pages.root().lastPage());
            }
            uses.use(pages, page, 1);
        }
    }

    private PageTree tree(Tree tree) throws SpoolException {
        byte[] root = new PageTree(pages, pages.root().main()).find(tree.bytes());
        if (root == null || root.length != TreeRoot.BYTES) {
            throw pages.damaged(pages.root().main().page(), "it should name the tree " + tree);
        }
        TreeRoot found = TreeRoot.at(ByteBuffer.wrap(root).order(ByteOrder.nativeOrder()), 0);
        if (found.flags() != 0) {
            throw pages.damaged(pages.root().main().page(), "the tree " + tree + " has the flags " + found.flags());
        }
        return new PageTree(pages, found);
    }

    private static long number(byte[] bytes, int index) {
        return bytes.length < (index + 1) * Long.BYTES
                ? -1
                : ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getLong(index * Long.BYTES);
    }

    @Override
    public void close() throws SpoolException {
        pages.close();
    }
}
