package dev.spool.rocksdb;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * A database read beside its owner, or without one: opened as it stood, and opened again as soon as its files show that somebody
 * has written. Takes no lock and writes nothing.
 *
 * <p>RocksDB's own way of following, the secondary instance, misses files that the owner deletes; here a state is used only if the
 * files that name all others did not change while it was opened, and what fails in it is an error only if they still have not.
 */
final class SharedDatabase implements DatabaseAccess, AutoCloseable {

    private static final int ATTEMPTS = 200;

    private final Path directory;
    private final SharedMemory memory;
    private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();
    private final UUID store;
    private @Nullable Database database;
    private volatile @Nullable FileStamps stamps;
    private boolean closed;

    /** @param store whose it is */
    SharedDatabase(Path directory, UUID store, SharedMemory memory) {
        this.store = store;
        this.directory = directory;
        this.memory = memory;
    }

    @Override
    public <T> @Nullable T find(Finding<T> finding) throws SpoolException {
        for (int attempt = 1; ; attempt++) {
            refreshIfStale();
            gate.readLock().lock();
            try {
                Database current = database;
                if (current != null) {
                    return finding.of(current);
                }
            } catch (SpoolCorruptException | SpoolIoException e) {
                throwUnlessChanged(e, attempt);
            } catch (RocksDBException e) {
                throwUnlessChanged(Failures.reading(directory, null, e), attempt);
            } finally {
                gate.readLock().unlock();
            }
            requireOpen();
        }
    }

    private void throwUnlessChanged(SpoolException failure, int attempt) throws SpoolException {
        if (attempt >= ATTEMPTS || !hasChanged()) {
            throw failure;
        }
    }

    @Override
    public boolean isStale(Database current) {
        try {
            return hasChanged();
        } catch (SpoolIoException e) {
            return false;
        }
    }

    private boolean hasChanged() throws SpoolIoException {
        FileStamps known = stamps;
        FileStamps now = look();
        return known == null
                || !known.tree().equals(now.tree())
                || !known.logs().equals(now.logs());
    }

    private void refreshIfStale() throws SpoolException {
        gate.readLock().lock();
        try {
            FileStamps known = stamps;
            if (database != null && known != null && known.sameAs(look())) {
                return;
            }
        } finally {
            gate.readLock().unlock();
        }
        gate.writeLock().lock();
        try {
            requireOpen();
            FileStamps known = stamps;
            if (database == null || known == null || !known.sameAs(look())) {
                refresh();
            }
        } finally {
            gate.writeLock().unlock();
        }
    }

    private void refresh() throws SpoolException {
        for (int attempt = 1; ; attempt++) {
            FileStamps before = look();
            Database fresh;
            try {
                ForeignLog.requireNone(directory, store);
                fresh = Database.openReadOnly(directory, DatabaseOptions.forReading(memory));
            } catch (SpoolCorruptException | SpoolIoException e) {
                if (attempt >= ATTEMPTS || before.sameAs(look())) {
                    throw e;
                }
                continue;
            }
            if (before.tree().equals(look().tree())) {
                closeDatabase();
                database = fresh;
                stamps = before;
                return;
            }
            fresh.close();
            if (attempt >= ATTEMPTS) {
                throw new SpoolIoException(directory + " changed during each of " + attempt
                        + " attempts to read it; try again when its owner is less busy");
            }
        }
    }

    private FileStamps look() throws SpoolIoException {
        try {
            return FileStamps.of(directory);
        } catch (IOException e) {
            throw new SpoolIoException("looking at the files of " + directory + " failed: " + e, e);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the reader of " + directory + " is closed");
        }
    }

    private void closeDatabase() {
        Database current = database;
        database = null;
        if (current != null) {
            current.close();
        }
    }

    Path directory() {
        return directory;
    }

    @Override
    public String at(byte[] key) {
        return Database.at(directory, key);
    }

    @Override
    public void close() {
        gate.writeLock().lock();
        try {
            closed = true;
            closeDatabase();
        } finally {
            gate.writeLock().unlock();
        }
    }
}
