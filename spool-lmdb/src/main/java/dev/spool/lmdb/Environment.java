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
import org.lmdbjava.ByteArrayProxy;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
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
    private final Env<byte[]> env;
    private final Map<Tree, Dbi<byte[]>> trees;
    private final Deque<Txn<byte[]>> idle = new ConcurrentLinkedDeque<>();

    private Environment(Path file, Env<byte[]> env, Map<Tree, Dbi<byte[]>> trees) {
        this.file = file;
        this.env = env;
        this.trees = trees;
    }

    /**
     * Opens a file, for writing also one that is not there yet.
     *
     * @param mapBytes how far the file may grow before {@link #grow}
     */
    static Environment open(Path file, long mapBytes, Use use) throws SpoolException {
        Env<byte[]> env = null;
        try {
            env = Env.create(ByteArrayProxy.PROXY_BA)
                    .setMapSize(mapBytes)
                    .setMaxDbs(Tree.values().length)
                    .setMaxReaders(READERS_MAX)
                    .open(file.toFile(), PRIVATE_FILE, use.flags());
            Map<Tree, Dbi<byte[]>> trees = new EnumMap<>(Tree.class);
            for (Tree tree : Tree.values()) {
                trees.put(
                        tree,
                        use.writes() ? env.openDbi(tree.bytes(), DbiFlags.MDB_CREATE) : env.openDbi(tree.bytes()));
            }
            return new Environment(file, env, trees);
        } catch (LmdbException e) {
            if (env != null) {
                env.close();
            }
            throw Faults.of(file.toString(), "opening", e);
        }
    }

    Path file() {
        return file;
    }

    /** Null if the file has outgrown this map, so that it must be opened again. */
    @Nullable
    Transaction beginRead() throws SpoolException {
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
        try {
            return new Transaction(this, env.txnWrite(), trees);
        } catch (LmdbException e) {
            throw Faults.of(file.toString(), "beginning to write", e);
        }
    }

    /** Keeps a reading transaction for the next reader: a slot of its own costs a lock across processes. */
    void park(Txn<byte[]> txn) {
        txn.reset();
        idle.push(txn);
    }

    /** Makes everything committed durable. */
    void sync() throws SpoolException {
        try {
            env.sync(true);
        } catch (LmdbException e) {
            throw Faults.of(file.toString(), "syncing", e);
        }
    }

    long mapBytes() {
        return env.info().mapSize;
    }

    /** The number of the last commit. */
    long lastTransaction() {
        return env.info().lastTransactionId;
    }

    /** Nobody may be in a transaction. */
    void grow(long mapBytes) throws SpoolException {
        try {
            env.setMapSize(mapBytes);
        } catch (LmdbException e) {
            throw Faults.of(file.toString(), "growing the map to " + mapBytes + " bytes", e);
        }
    }

    /** Frees the slots that processes which died in a transaction have left, so that they pin no pages. */
    void clearDeadReaders() throws SpoolException {
        try {
            env.readerCheck();
        } catch (LmdbException e) {
            throw Faults.of(file.toString(), "clearing the slots of dead readers", e);
        }
    }

    /** Nobody may be in a transaction. */
    void close() {
        for (Txn<byte[]> txn = idle.poll(); txn != null; txn = idle.poll()) {
            txn.close();
        }
        env.close();
    }
}
