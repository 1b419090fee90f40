package dev.spool.lmdb;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.engine.io.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * The file that a log lives in at present, shared by all spools of this process that have the log open: LMDB allows a file to be
 * mapped once a process. It may be opened anew, grown, or changed for its next generation while nobody is in a transaction; those
 * who want to begin one wait.
 *
 * <p>Thread-safe. A thread in a transaction must not begin another one.
 */
final class LogFile {

    private static final Map<String, LogFile> SHARED = new HashMap<>();
    private static final ReentrantLock SHARING = new ReentrantLock();

    /** Half of the slots that all processes share. */
    private static final int READERS_MAX = Environment.READERS_MAX / 2;

    private final Disk disk;
    private final Path directory;
    private final String key;
    private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();
    private final Semaphore readers = new Semaphore(READERS_MAX);
    private Environment environment;
    private Generation generation;
    private Environment.Use use;
    private long mapBytes;
    private int users = 1;

    private LogFile(Disk disk, Path directory, String key, Environment.Use use, long mapBytes) throws SpoolException {
        this.disk = disk;
        this.directory = directory;
        this.key = key;
        this.use = use;
        this.mapBytes = mapBytes;
        this.generation = newest(disk, directory);
        this.environment = open(disk, generation.file(directory), use, mapBytes);
    }

    /** What is done in a transaction. */
    interface Work<T> {
        T in(Transaction transaction) throws SpoolException;
    }

    /** What is done in a transaction and may find nothing. */
    interface Search<T> {
        @Nullable
        T in(Transaction transaction) throws SpoolException;
    }

    /**
     * Opens a log's newest file, or joins those who have it open. {@link #release} must follow.
     *
     * @throws SpoolIoException if there is none
     */
    static LogFile share(Disk disk, Path directory, Environment.Use use, long mapBytes) throws SpoolException {
        String key = ProcessClaim.key(disk, directory);
        SHARING.lock();
        try {
            LogFile shared = SHARED.get(key);
            if (shared != null) {
                shared.join(use, mapBytes);
                return shared;
            }
            ProcessClaim.take(disk, key, directory);
            boolean opened = false;
            try {
                shared = new LogFile(disk, directory, key, use, mapBytes);
                SHARED.put(key, shared);
                opened = true;
                return shared;
            } finally {
                if (!opened) {
                    ProcessClaim.drop(disk, key);
                }
            }
        } finally {
            SHARING.unlock();
        }
    }

    /** Lets go; the last one closes the file. */
    void release() {
        SHARING.lock();
        gate.writeLock().lock();
        try {
            users--;
            if (users == 0) {
                SHARED.remove(key);
                environment.close();
                ProcessClaim.drop(disk, key);
            }
        } finally {
            gate.writeLock().unlock();
            SHARING.unlock();
        }
    }

    private void join(Environment.Use wanted, long wantedBytes) throws SpoolException {
        gate.writeLock().lock();
        try {
            if (wanted.writes()) {
                use = wanted;
                mapBytes = Math.max(mapBytes, wantedBytes);
                turnToNewest();
            }
            users++;
        } finally {
            gate.writeLock().unlock();
        }
    }

    Path directory() {
        return directory;
    }

    Path file() {
        gate.readLock().lock();
        try {
            return environment.file();
        } finally {
            gate.readLock().unlock();
        }
    }

    Generation generation() {
        gate.readLock().lock();
        try {
            return generation;
        } finally {
            gate.readLock().unlock();
        }
    }

    /** Reads one state of the log. Short: pages that it can see are not used again while it lasts. */
    <T> T read(Work<T> work) throws SpoolException {
        return Objects.requireNonNull(find(work::in), "work that finds nothing is a search");
    }

    /** Reads one state of the log, as {@link #read} does. */
    <T> @Nullable T find(Search<T> work) throws SpoolException {
        readers.acquireUninterruptibly();
        try {
            while (true) {
                gate.readLock().lock();
                try (Transaction transaction = environment.beginRead()) {
                    if (transaction != null) {
                        return work.in(transaction);
                    }
                } finally {
                    gate.readLock().unlock();
                }
                reopen();
            }
        } finally {
            readers.release();
        }
    }

    /** Changes the log and commits, or changes nothing if {@code work} throws. One thread at a time. */
    <T> T write(Work<T> work) throws SpoolException {
        gate.readLock().lock();
        try (Transaction transaction = environment.beginWrite()) {
            T result = work.in(transaction);
            transaction.commit();
            return result;
        } finally {
            gate.readLock().unlock();
        }
    }

    /** Makes everything committed durable. */
    void sync() throws SpoolException {
        gate.readLock().lock();
        try {
            environment.sync();
        } finally {
            gate.readLock().unlock();
        }
    }

    /** The number of the last commit. */
    long lastTransaction() {
        gate.readLock().lock();
        try {
            return environment.lastTransaction();
        } finally {
            gate.readLock().unlock();
        }
    }

    long mapBytes() {
        gate.readLock().lock();
        try {
            return environment.mapBytes();
        } finally {
            gate.readLock().unlock();
        }
    }

    void grow(long bytes) throws SpoolException {
        gate.writeLock().lock();
        try {
            environment.grow(bytes);
            mapBytes = bytes;
        } finally {
            gate.writeLock().unlock();
        }
    }

    /** Closes the file and opens the newest one: after a failure, when it has outgrown the map, or when there is a newer one. */
    void reopen() throws SpoolException {
        gate.writeLock().lock();
        try {
            turnToNewest();
        } finally {
            gate.writeLock().unlock();
        }
    }

    /** Opens the newest file if this one is not there any more, because another process has compacted the log. */
    void followOwner() throws SpoolException {
        try {
            if (!disk.exists(file())) {
                reopen();
            }
        } catch (IOException e) {
            throw new SpoolIoException("looking for " + file() + " failed: " + e.getMessage(), e);
        }
    }

    void clearDeadReaders() throws SpoolException {
        gate.readLock().lock();
        try {
            environment.clearDeadReaders();
        } finally {
            gate.readLock().unlock();
        }
    }

    private void turnToNewest() throws SpoolException {
        for (int attempt = 0; ; attempt++) {
            Generation newest = newest(disk, directory);
            Path file = newest.file(directory);
            environment.close();
            try {
                environment = open(disk, file, use, mapBytes);
                generation = newest;
                return;
            } catch (SpoolIoException | SpoolCorruptException e) {
                if (attempt > 0 && newest.equals(newest(disk, directory))) {
                    throw e;
                }
            }
        }
    }

    private static Environment open(Disk disk, Path file, Environment.Use use, long mapBytes) throws SpoolException {
        FileFormat.require(disk, file);
        return Environment.open(file, mapBytes, use);
    }

    private static Generation newest(Disk disk, Path directory) throws SpoolException {
        return Generation.newest(disk, directory)
                .orElseThrow(() -> new SpoolCorruptException(
                        null, directory.toString(), "expected a file of messages, found none; put it back"));
    }
}
