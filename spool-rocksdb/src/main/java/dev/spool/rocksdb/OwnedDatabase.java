package dev.spool.rocksdb;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.engine.spi.LogScan.Damage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * The database of a log that this process owns: many use it at once, and now and then it is closed and opened again beneath them.
 * No native handle is touched after its close.
 */
final class OwnedDatabase implements DatabaseAccess {

    private final Path directory;
    private final SharedMemory memory;
    private final Opener opener;
    private final Consumer<Damage> damaged;
    private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();
    private @Nullable Database database;
    /** Serves the readers while the database cannot be opened for writing. */
    private @Nullable Database reading;

    private @Nullable DatabaseAccess sealed;
    private boolean closed;
    private volatile @Nullable SpoolException damage;

    /** Opens the database for writing. */
    interface Opener {
        /** @param compacting whether RocksDB compacts by itself */
        Database open(boolean compacting) throws SpoolException;
    }

    /** @param damaged told of damage that is met in it */
    OwnedDatabase(Path directory, SharedMemory memory, Opener opener, Database opened, Consumer<Damage> damaged) {
        this.directory = directory;
        this.memory = memory;
        this.opener = opener;
        this.damaged = damaged;
        this.database = opened;
    }

    /** Tells of damage. */
    void tell(Damage met) {
        damaged.accept(met);
    }

    @Override
    public <T> @Nullable T find(Finding<T> finding) throws SpoolException {
        gate.readLock().lock();
        try {
            DatabaseAccess reader = sealed;
            return reader != null ? reader.find(finding) : finding.of(readable());
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

    private Database readable() throws SpoolIoException {
        Database current = reading;
        return current != null ? current : opened();
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
     * use it. If it cannot be opened for writing, loads go on where {@code unchanged}, and it can be tried again.
     *
     * @param after what is done with the new one before anybody else can use it
     * @param unchanged whether a database holds what readers are meant to see, and nothing else
     */
    void reopen(Change after, Reading<Boolean> unchanged) throws SpoolException, RocksDBException {
        interruptCompaction();
        gate.writeLock().lock();
        try {
            if (closed) {
                throw new SpoolIoException(directory + " is closed");
            }
            closeOpened();
            open(after, unchanged);
        } finally {
            gate.writeLock().unlock();
        }
    }

    /**
     * Closes and opens again a database in which nothing has failed, or only compaction has. Does nothing if it is not open. If
     * it throws once the database is closed, it takes no writes until {@link #reopen}.
     *
     * @param before what is done while nobody else can use it, on the database as it is
     */
    void renew(Change before) throws SpoolException, RocksDBException {
        interruptCompaction();
        gate.writeLock().lock();
        try {
            Database old = database;
            if (old == null) {
                return;
            }
            byte[] state = prepare(old, before);
            closeOpened();
            open(
                    fresh -> requireSame(state, fresh.get(Keys.STATE)),
                    found -> Arrays.equals(state, found.get(Keys.STATE)));
        } finally {
            gate.writeLock().unlock();
        }
    }

    private static byte @Nullable [] prepare(Database old, Change before) throws SpoolException, RocksDBException {
        boolean complete = false;
        try {
            before.on(old);
            byte[] state = old.get(Keys.STATE);
            complete = true;
            return state;
        } finally {
            if (!complete) {
                old.allowCompaction(); // it stays open
            }
        }
    }

    /** What was published is still there: only the committer can write again what is not synced. */
    private void requireSame(byte @Nullable [] before, byte @Nullable [] after) throws SpoolIoException {
        if (!Arrays.equals(before, after)) {
            throw new SpoolIoException(directory + " does not hold its last batch any more after it was opened again");
        }
    }

    private void open(Change after, Reading<Boolean> unchanged) throws SpoolException, RocksDBException {
        try {
            open(after);
        } catch (SpoolException | RocksDBException e) {
            readMeanwhile(unchanged, e);
            throw e;
        }
    }

    /** Nothing is written for that: a volume that is full keeps nobody from reading. */
    private void readMeanwhile(Reading<Boolean> unchanged, Exception why) {
        try {
            Database found = Database.openReadOnly(directory, DatabaseOptions.forReading(memory));
            boolean kept = false;
            try {
                kept = unchanged.of(found);
            } finally {
                if (kept) {
                    reading = found;
                } else {
                    found.close();
                }
            }
        } catch (SpoolException | RocksDBException e) {
            why.addSuppressed(e);
        }
    }

    private void open(Change after) throws SpoolException, RocksDBException {
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
    }

    /** A compaction may hold the database for long, and can begin again. */
    private void interruptCompaction() {
        gate.readLock().lock();
        try {
            Database current = database;
            if (current != null) {
                current.interruptCompaction();
            }
        } finally {
            gate.readLock().unlock();
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
        if (met instanceof SpoolCorruptException corrupt) {
            tell(new Damage(corrupt.where(), corrupt.why()));
        }
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
        interruptCompaction();
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

    /** For good. */
    void close() {
        interruptCompaction();
        gate.writeLock().lock();
        try {
            closed = true;
            closeOpened();
        } finally {
            gate.writeLock().unlock();
        }
    }

    private void closeOpened() {
        Database writing = database;
        database = null;
        if (writing != null) {
            writing.close();
        }
        Database read = reading;
        reading = null;
        if (read != null) {
            read.close();
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
