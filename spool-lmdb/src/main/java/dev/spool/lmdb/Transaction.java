package dev.spool.lmdb;

import dev.spool.SpoolException;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lmdbjava.Dbi;
import org.lmdbjava.LmdbException;
import org.lmdbjava.PutFlags;
import org.lmdbjava.Stat;
import org.lmdbjava.Txn;

/** One state of all trees, to be read, or for the one who writes, changed. Of one thread; closed by it, which undoes what was not committed. */
final class Transaction implements TreeReader, AutoCloseable {

    private final Environment environment;
    private final Txn<byte[]> txn;
    private final Map<Tree, Dbi<byte[]>> trees;

    Transaction(Environment environment, Txn<byte[]> txn, Map<Tree, Dbi<byte[]>> trees) {
        this.environment = environment;
        this.txn = txn;
        this.trees = trees;
    }

    /** The number of the commit that a reader sees, or that a writer will make. */
    long number() {
        return txn.getId();
    }

    @Override
    public String at(Tree tree, byte[] key) {
        return environment.file() + " " + tree + " " + HexFormat.of().formatHex(key);
    }

    String file() {
        return environment.file().toString();
    }

    @Override
    public byte @Nullable [] get(Tree tree, byte[] key) throws SpoolException {
        try {
            return dbi(tree).get(txn, key);
        } catch (LmdbException e) {
            throw Faults.of(at(tree, key), "reading", e);
        }
    }

    TreeCursor walk(Tree tree) throws SpoolException {
        try {
            return new TreeCursor(this, tree, dbi(tree).openCursor(txn));
        } catch (LmdbException e) {
            throw Faults.of(file() + " " + tree, "reading", e);
        }
    }

    void put(Tree tree, byte[] key, byte[] value) throws SpoolException {
        try {
            dbi(tree).put(txn, key, value);
        } catch (LmdbException e) {
            throw Faults.of(at(tree, key), "writing", e);
        }
    }

    /** Puts behind all other keys: pages become full, not half full. */
    void append(Tree tree, byte[] key, byte[] value) throws SpoolException {
        try {
            dbi(tree).put(txn, key, value, PutFlags.MDB_APPEND);
        } catch (LmdbException e) {
            throw Faults.of(at(tree, key), "writing", e);
        }
    }

    /** True if it was there. */
    boolean delete(Tree tree, byte[] key) throws SpoolException {
        try {
            return dbi(tree).delete(txn, key);
        } catch (LmdbException e) {
            throw Faults.of(at(tree, key), "deleting", e);
        }
    }

    /** Whole or not at all; nothing of it if it throws {@link dev.spool.SpoolFullException} and the file's last transaction is still the one before. */
    void commit() throws SpoolException {
        try {
            txn.commit();
        } catch (LmdbException e) {
            throw Faults.of(file(), "committing", e);
        }
    }

    /** Keys in a tree, as LMDB counts them beside the tree itself. */
    long entries(Tree tree) throws SpoolException {
        return stat(tree).entries;
    }

    /** Bytes of all pages that the trees consist of. */
    long usedBytes() throws SpoolException {
        long pages = 0;
        int pageBytes = 0;
        for (Tree tree : Tree.values()) {
            Stat stat = stat(tree);
            pages += stat.branchPages + stat.leafPages + stat.overflowPages;
            pageBytes = stat.pageSize;
        }
        return pages * pageBytes;
    }

    @Override
    public void close() {
        if (txn.isReadOnly()) {
            environment.park(txn);
        } else {
            environment.end(txn);
        }
    }

    private Stat stat(Tree tree) throws SpoolException {
        try {
            return dbi(tree).stat(txn);
        } catch (LmdbException e) {
            throw Faults.of(file() + " " + tree, "counting", e);
        }
    }

    private Dbi<byte[]> dbi(Tree tree) {
        return java.util.Objects.requireNonNull(trees.get(tree));
    }
}
