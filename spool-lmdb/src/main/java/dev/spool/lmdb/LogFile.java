package dev.spool.lmdb;

import dev.spool.SpoolCorruptException;
import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.engine.io.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The file that a log lives in at present, shared by all spools of this process that have the log open: LMDB allows a file to be
 * mapped once a process. It may be opened anew, grown, or changed for its next generation while nobody is in a transaction; those
 * who want to begin one wait.
 *
 * <p>Thread-safe. A thread in a transaction must not begin another one.
 */
final class LogFile {

    private static final Map<String, LogFile> SHARED = new ConcurrentHashMap<>();

    /** Held while a log is opened or closed, which may take long; so not one for all logs. */
    private static final List<ReentrantLock> SHARING =
            Stream.generate(ReentrantLock::new).limit(64).toList();

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
    private int users;
    private int writers;

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
        ReentrantLock sharing = sharing(key);
        sharing.lock();
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
                shared.count(use, 1);
                SHARED.put(key, shared);
                opened = true;
                return shared;
            } finally {
                if (!opened) {
                    ProcessClaim.drop(disk, key);
                }
            }
        } finally {
            sharing.unlock();
        }
    }

    private static ReentrantLock sharing(String key) {
        return SHARING.get(Math.floorMod(key.hashCode(), SHARING.size()));
    }

    /**
     * Lets go; the last one closes the file, and the last one who writes leaves it to readers.
     *
     * @param given as to {@link #share}
     */
    void release(Environment.Use given) {
        ReentrantLock sharing = sharing(key);
        sharing.lock();
        gate.writeLock().lock();
        try {
            count(given, -1);
            if (users == 0) {
                SHARED.remove(key);
                environment.close();
                ProcessClaim.drop(disk, key);
            } else if (given.writes() && writers == 0) {
                use = Environment.Use.READ;
                environment.close(); // the next reader opens it
            }
        } finally {
            gate.writeLock().unlock();
            sharing.unlock();
        }
    }

    private void join(Environment.Use wanted, long wantedBytes) throws SpoolException {
        gate.writeLock().lock();
        try {
            Environment.Use before = use;
            boolean joined = false;
            try {
                if (wanted.writes()) {
                    use = wanted;
                    mapBytes = Math.max(mapBytes, wantedBytes);
                    turnToNewest();
                }
                count(wanted, 1);
                joined = true;
            } finally {
                use = joined ? use : before;
            }
        } finally {
            gate.writeLock().unlock();
        }
    }

    private void count(Environment.Use given, int more) {
        users += more;
        writers += given.writes() ? more : 0;
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
                Environment seen;
                gate.readLock().lock();
                try {
                    seen = environment;
                    try (Transaction transaction = seen.beginRead()) {
                        if (transaction != null) {
                            return work.in(transaction);
                        }
                    }
                } finally {
                    gate.readLock().unlock();
                }
                reopenForReading(seen);
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
    long lastTransaction() throws SpoolException {
        gate.readLock().lock();
        try {
            return environment.lastTransaction();
        } finally {
            gate.readLock().unlock();
        }
    }

    /** How far the file may grow, or has grown. */
    long mapBytes() {
        gate.readLock().lock();
        try {
            return mapBytes;
        } finally {
            gate.readLock().unlock();
        }
    }

    /** Lets the file grow to that size from now on; it may be larger already. */
    void mapBytes(long bytes) throws SpoolException {
        gate.writeLock().lock();
        try {
            environment.mapBytes(bytes);
            mapBytes = bytes;
        } finally {
            gate.writeLock().unlock();
        }
    }

    /** Maps much more than there is, because whoever writes goes on to do so. */
    private void reopenForReading(Environment outgrown) throws SpoolException {
        gate.writeLock().lock();
        try {
            if (environment != outgrown) {
                return; // another reader did
            }
            if (!use.writes()) {
                mapBytes = Math.max(mapBytes, 2 * SpaceGauge.sizeOf(disk, directory));
            }
            turnToNewest();
        } finally {
            gate.writeLock().unlock();
        }
    }

    /** Closes the file and opens the newest one: after a failure, or when there is a newer one. */
    void reopen() throws SpoolException {
        gate.writeLock().lock();
        try {
            turnToNewest();
        } finally {
            gate.writeLock().unlock();
        }
    }

    /** Makes the names of the log's files durable, and opens the newest one, which is to be written to from now on. */
    void turn() throws SpoolException {
        try {
            disk.syncDirectory(directory);
        } catch (IOException e) {
            throw new SpoolIoException("syncing " + directory + " failed: " + e.getMessage(), e);
        }
        reopen();
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

    /** Opens the newest file if this one is older; true if it was. */
    boolean followNewest() throws SpoolException {
        if (newest(disk, directory).equals(generation())) {
            return false;
        }
        reopen();
        return true;
    }

    /** Maps the file anew, so that what was read of it no longer counts as memory of this process; bytes saved. */
    long dropMapped() throws SpoolException {
        gate.writeLock().lock();
        try {
            long before = MappedMemory.of(environment.file());
            environment.mapBytes(mapBytes);
            return before - MappedMemory.of(environment.file());
        } finally {
            gate.writeLock().unlock();
        }
    }

    /** Lets the pages go that readers of processes which died kept from being used again; how many readers. */
    int clearDeadReaders() throws SpoolException {
        gate.readLock().lock();
        try {
            return environment.clearDeadReaders();
        } finally {
            gate.readLock().unlock();
        }
    }

    private void turnToNewest() throws SpoolException {
        if (users == 0) {
            // It is nobody's: opened again it would never be closed, and a second map of the file would drop its locks.
            throw new SpoolIoException(directory + " has been closed; open the spool again");
        }
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
