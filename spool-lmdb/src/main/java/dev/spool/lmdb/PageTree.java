package dev.spool.lmdb;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One tree in a {@link PageFile}. Damaged pages are told, and what hangs on them is left out. */
final class PageTree {

    /** No tree of LMDB's is deeper. */
    private static final int DEPTH_MAX = 32;

    private final PageFile file;
    private final TreeRoot root;
    private final Comparator<byte[]> order;

    PageTree(PageFile file, TreeRoot root) {
        this(file, root, Arrays::compareUnsigned);
    }

    PageTree(PageFile file, TreeRoot root, Comparator<byte[]> order) {
        this.file = file;
        this.root = root;
        this.order = order;
    }

    /** A value, which may have to be read from pages of its own. */
    interface Value {
        byte[] read() throws SpoolException;
    }

    /** What is done with an entry. */
    interface Visitor {
        void entry(byte[] key, Value value) throws SpoolException;
    }

    /** Null if there is no such key. */
    byte @Nullable [] find(byte[] key) throws SpoolException {
        long number = root.page();
        for (int level = 1; !root.isEmpty(); level++) {
            Page page = page(number, level);
            int at = lastUpTo(page, key);
            if (page.isLeaf()) {
                return at >= 0 && order.compare(page.key(at), key) == 0 ? page.value(at) : null;
            }
            number = page.child(Math.max(0, at));
        }
        return null;
    }

    /**
     * Visits all entries in order.
     *
     * @param uses told of every page
     * @param damage told of every page that cannot be used
     */
    void walk(PageUses uses, Consumer<SpoolCorruptException> damage, Visitor visitor) throws SpoolException {
        if (root.isEmpty()) {
            return;
        }
        Walk walk = new Walk(uses, damage, visitor);
        walk.visit(root.page(), 1, null, null);
        if (!walk.damaged && walk.entries != root.entries()) {
            damage.accept(file.damaged(
                    root.page(), "its tree should have " + root.entries() + " entries, and has " + walk.entries));
        }
    }

    private Page page(long number, int level) throws SpoolException {
        Page page = file.page(number);
        if (root.depth() > DEPTH_MAX || page.isLeaf() != (level == root.depth())) {
            throw file.damaged(
                    number,
                    "it is a " + (page.isLeaf() ? "leaf" : "branch") + " on level " + level + " of " + root.depth());
        }
        return page;
    }

    /** The last node whose key is not greater; the first key of a branch counts as the least. */
    private int lastUpTo(Page page, byte[] key) {
        int low = page.isLeaf() ? 0 : 1;
        int high = page.count() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (order.compare(page.key(middle), key) <= 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }

    /** One walk over the tree. */
    private final class Walk {
        private final PageUses uses;
        private final Consumer<SpoolCorruptException> damage;
        private final Visitor visitor;
        private long entries;
        private boolean damaged;

        Walk(PageUses uses, Consumer<SpoolCorruptException> damage, Visitor visitor) {
            this.uses = uses;
            this.damage = damage;
            this.visitor = visitor;
        }

        /** Visits what hangs on a page, whose keys must be from {@code low} and below {@code high}. */
        void visit(long number, int level, byte @Nullable [] low, byte @Nullable [] high) throws SpoolException {
            Page page;
            try {
                page = page(number, level);
                requireOrder(page, low, high);
                uses.use(file, number, 1);
            } catch (SpoolCorruptException e) {
                damaged = true;
                damage.accept(e);
                return;
            }
            for (int i = 0; i < page.count(); i++) {
                if (page.isLeaf()) {
                    visitLeaf(page, i);
                } else {
                    byte[] from = i == 0 ? low : page.key(i);
                    byte[] to = i + 1 < page.count() ? page.key(i + 1) : high;
                    visit(page.child(i), level + 1, from, to);
                }
            }
        }

        private void visitLeaf(Page page, int i) throws SpoolException {
            entries++;
            if (page.isLarge(i)) {
                useOverflow(page, i);
            }
            visitor.entry(page.key(i), () -> page.value(i));
        }

        /** Damage to the pages of a value is told by whoever reads the value. */
        private void useOverflow(Page page, int i) throws SpoolException {
            int pages;
            try {
                pages = file.overflowPages(page.overflowPage(i), page.dataBytes(i));
            } catch (SpoolCorruptException e) {
                return;
            }
            try {
                uses.use(file, page.overflowPage(i), pages);
            } catch (SpoolCorruptException e) {
                damage.accept(e);
            }
        }

        private void requireOrder(Page page, byte @Nullable [] low, byte @Nullable [] high) throws SpoolException {
            int first = page.isLeaf() ? 0 : 1;
            byte[] before = low;
            for (int i = first; i < page.count(); i++) {
                byte[] key = page.key(i);
                int step = before == null ? 1 : order.compare(key, before);
                boolean mayEqual = i == first && page.isLeaf();
                if (step < 0 || (step == 0 && !mayEqual) || (high != null && order.compare(key, high) >= 0)) {
                    throw file.damaged(page.number(), "its key " + i + " is out of order");
                }
                before = key;
            }
        }
    }
}
