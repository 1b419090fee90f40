package dev.spool.rocksdb;

import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * The database of a log that this process owns: many use it at once, and now and then it is closed and opened again beneath them.
 * No native handle is touched after its close.
 */
final class OwnedDatabase implements DatabaseAccess {

    private final Path directory;
    private final Opener opener;
    private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();
    private @Nullable Database database;
    private @Nullable DatabaseAccess sealed;
    private volatile @Nullable SpoolException damage;

    /** Opens the database for writing. */
    interface Opener {
        /** @param compacting whether RocksDB compacts by itself */
        Database open(boolean compacting) throws SpoolException;
    }

    OwnedDatabase(Path directory, Opener opener, Database opened) {
        this.directory = directory;
        this.opener = opener;
        this.database = opened;
    }

    @Override
    public <T> @Nullable T find(Finding<T> finding) throws SpoolException {
        gate.readLock().lock();
        try {
            DatabaseAccess reader = sealed;
            return reader != null ? reader.find(finding) : finding.of(opened());
        } catch (RocksDBException e) {
            throw Failures.reading(directory, null, e);
        } finally {
            gate.readLock().unlock();
        }
    }

    /** Uses the database as its owner; fails while it is sealed. */
    <T> T use(Reading<T> use) throws SpoolException, RocksDBException {
        gate.readLock().lock();
        try {
            return use.of(opened());
        } finally {
            gate.readLock().unlock();
        }
    }

    private Database opened() throws SpoolIoException {
        Database current = database;
        if (current == null) {
            throw new SpoolIoException(directory + " is not open: it is sealed, or could not be opened again");
        }
        return current;
    }

    /**
     * Closes the database, so that whatever had failed in it is over, and opens it again, which recovers it. Waits for those who
     * use it.
     *
     * @param before what is done while nobody else can use it, on the database as it is; not if it is not open
     * @param after what is done with the new one before anybody else can use it
     */
    void reopen(Change before, Change after) throws SpoolException, RocksDBException {
        gate.writeLock().lock();
        try {
            Database old = database;
            if (old != null) {
                before.on(old);
                database = null;
                old.close();
            }
            Database fresh = opener.open(damage == null);
            boolean complete = false;
            try {
                after.on(fresh);
                database = fresh;
                complete = true;
            } finally {
                if (!complete) {
                    fresh.close();
                }
            }
        } finally {
            gate.writeLock().unlock();
        }
    }

    /** Something done while nobody else uses the database. */
    interface Change {
        Change NONE = database -> {};

        void on(Database database) throws SpoolException, RocksDBException;
    }

    /** Damage was met that compaction would meet again and again: from the next open on RocksDB does not compact by itself. */
    void stopCompacting(SpoolException met) {
        damage = met;
    }

    /** The damage that keeps this database from being compacted; null if none is known. */
    @Nullable
    SpoolException damage() {
        return damage;
    }

    Path directory() {
        return directory;
    }

    /** Closes the database and lets {@code reader} serve the readers from now on. */
    void seal(DatabaseAccess reader) {
        gate.writeLock().lock();
        try {
            closeOpened();
            sealed = reader;
        } finally {
            gate.writeLock().unlock();
        }
    }

    /** Ends a seal; the database is opened by {@link #reopen}. */
    void unseal() {
        gate.writeLock().lock();
        try {
            sealed = null;
        } finally {
            gate.writeLock().unlock();
        }
    }

    boolean isSealed() {
        gate.readLock().lock();
        try {
            return sealed != null;
        } finally {
            gate.readLock().unlock();
        }
    }

    void close() {
        gate.writeLock().lock();
        try {
            closeOpened();
        } finally {
            gate.writeLock().unlock();
        }
    }

    private void closeOpened() {
        Database current = database;
        database = null;
        if (current != null) {
            current.close();
        }
    }

    /** What an owner reads, nobody else changes. */
    @Override
    public boolean isStale(Database current) {
        DatabaseAccess reader = sealed;
        return reader != null && reader.isStale(current);
    }

    @Override
    public String at(byte[] key) {
        return Database.at(directory, key);
    }
}
