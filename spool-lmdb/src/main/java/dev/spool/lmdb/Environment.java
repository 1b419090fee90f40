package dev.spool.lmdb;

import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import java.nio.file.Path;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.EnvInfo;
import org.lmdbjava.LmdbException;
import org.lmdbjava.Txn;

/**
 * One LMDB file, mapped. With {@link Transaction} and {@link TreeCursor}, all that knows of the binding.
 *
 * <p>Reading transactions are taken by any thread, one writing transaction at a time by one. Nobody may be in a transaction while
 * this is closed or grown: the library would crash; {@link LogFile} sees to it.
 */
final class Environment {

    /** Transactions at a time, over all processes; each slot is a cache line in the lock file. */
    static final int READERS_MAX = 510;

    private static final int PRIVATE_FILE = 0600;

    /** What a file is opened for. */
    enum Use {
        /** Beside whoever writes; of the files, only LMDB's table of readers changes. */
        READ,
        /** Each commit is on disk, data and root, when it returns. */
        WRITE,
        /** The root of the last commit may be lost with the machine, and the commit with it; the trees are whole then too. */
        WRITE_LAZILY,
        /** A file that nobody else knows of, worth nothing before {@link Environment#sync}. */
        BUILD;

        private EnvFlags[] flags() {
            Set<EnvFlags> flags = EnumSet.of(EnvFlags.MDB_NOTLS, EnvFlags.MDB_NOSUBDIR);
            switch (this) {
                case READ -> flags.add(EnvFlags.MDB_RDONLY_ENV);
                case WRITE -> {}
                case WRITE_LAZILY -> flags.add(EnvFlags.MDB_NOMETASYNC);
                case BUILD -> flags.addAll(Set.of(EnvFlags.MDB_NOSYNC, EnvFlags.MDB_NOLOCK));
            }
            return flags.toArray(EnvFlags[]::new);
        }

        boolean writes() {
            return this != READ;
        }
    }

    private final Path file;
    private final ByteArrays arrays;
    private final Env<byte[]> env;
    private final Map<Tree, Dbi<byte[]>> trees;
    private final Deque<Txn<byte[]>> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    private Environment(Path file, ByteArrays arrays, Env<byte[]> env, Map<Tree, Dbi<byte[]>> trees) {
        this.file = file;
        this.arrays = arrays;
        this.env = env;
        this.trees = trees;
    }

    /**
     * Opens a file, for writing also one that is not there yet.
     *
     * @param mapBytes how far the file may grow before {@link #mapBytes}
     */
    static Environment open(Path file, long mapBytes, Use use) throws SpoolException {
        ByteArrays arrays = new ByteArrays();
        Env<byte[]> env = null;
        Environment opened = null;
        try {
            env = Env.create(arrays)
                    .setMapSize(mapBytes)
                    .setMaxDbs(Tree.values().length)
                    .setMaxReaders(READERS_MAX)
                    .open(file.toFile(), PRIVATE_FILE, use.flags());
            arrays.pageBytes(env.stat().pageSize);
            Map<Tree, Dbi<byte[]>> trees = new EnumMap<>(Tree.class);
            for (Tree tree : Tree.values()) {
                trees.put(
                        tree,
                        use.writes() ? env.openDbi(tree.bytes(), DbiFlags.MDB_CREATE) : env.openDbi(tree.bytes()));
            }
            opened = new Environment(file, arrays, env, trees);
            return opened;
        } catch (LmdbException e) {
            throw Faults.of(file.toString(), "opening", e);
        } finally {
            if (env != null && opened == null) {
                env.close();
            }
        }
    }

    Path file() {
        return file;
    }

    /** Null if the file has outgrown this map, or was closed and could not be opened again: it must be opened now. */
    @Nullable
    Transaction beginRead() throws SpoolException {
        if (closed) {
            return null;
        }
        Txn<byte[]> txn = idle.poll();
        try {
            if (txn == null) {
                txn = env.txnRead();
            } else {
                txn.renew();
            }
            return new Transaction(this, txn, trees);
        } catch (Dbi.MapResizedException e) {
            if (txn != null) {
                txn.close();
            }
            return null;
        } catch (Env.ReadersFullException e) {
            throw new SpoolIoException(
                    "all " + READERS_MAX + " reader slots of " + file + " are taken, by this and other processes; close"
                            + " some readers",
                    e);
        } catch (LmdbException e) {
            throw Faults.of(file.toString(), "beginning to read", e);
        }
    }

    Transaction beginWrite() throws SpoolException {
        requireOpen();
        try {
            Txn<byte[]> txn = env.txnWrite();
            arrays.writtenBy(Thread.currentThread());
            return new Transaction(this, txn, trees);
        } catch (LmdbException e) {
            throw Faults.of(file.toString(), "beginning to write", e);
        }
    }

    /** Ends a writing transaction, of which nothing is left unless it was committed. */
    void end(Txn<byte[]> txn) {
        arrays.writtenBy(null);
        txn.close();
    }

    /** Keeps a reading transaction for the next reader: a slot of its own costs a lock across processes. */
    void park(Txn<byte[]> txn) {
        txn.reset();
        idle.push(txn);
    }

    /** Makes everything committed durable. */
    void sync() throws SpoolException {
        requireOpen();
        try {
            env.sync(true);
        } catch (LmdbException e) {
            throw Faults.of(file.toString(), "syncing", e);
        }
    }

    /** The number of the last commit. */
    long lastTransaction() throws SpoolException {
        return info().lastTransactionId;
    }

    private EnvInfo info() throws SpoolException {
        requireOpen();
        try {
            return env.info();
        } catch (LmdbException e) {
            throw Faults.of(file.toString(), "asking about", e);
        }
    }

    /** Maps the file anew, to that size or the one it has. Nobody may be in a transaction. */
    void mapBytes(long mapBytes) throws SpoolException {
        requireOpen();
        try {
            env.setMapSize(mapBytes);
        } catch (LmdbException e) {
            close(); // there may be no map any more
            throw Faults.of(file.toString(), "mapping " + mapBytes + " bytes", e);
        }
    }

    /** Frees the slots that processes which died in a transaction have left, so that they pin no pages; how many. */
    int clearDeadReaders() throws SpoolException {
        requireOpen();
        try {
            return env.readerCheck();
        } catch (LmdbException e) {
            throw Faults.of(file.toString(), "clearing the slots of dead readers", e);
        }
    }

    /** The library would crash if it were asked for anything. */
    private void requireOpen() throws SpoolException {
        if (closed) {
            throw new SpoolIoException(file + " could not be opened again after a failure; nothing can be read or"
                    + " written before that works");
        }
    }

    /** Nobody may be in a transaction. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (Txn<byte[]> txn = idle.poll(); txn != null; txn = idle.poll()) {
            txn.close();
        }
        env.close();
    }
}
