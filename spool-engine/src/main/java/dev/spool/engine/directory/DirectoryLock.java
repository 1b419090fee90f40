package dev.spool.engine.directory;

import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.SpoolLockedException;
import dev.spool.engine.io.Disk;
import dev.spool.engine.io.DiskLock;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The right to be the one that works in a directory, in this JVM and on this machine: a claim in the process's shared map, and
 * then the lock of {@code spool.lock}.
 *
 * <p>The claim comes first, because on POSIX systems this JVM's lock would be lost if anything in it, in any class loader,
 * opened the lock file and closed it again. It is a string in the system properties, by the key of the directory, so that it
 * works over class loaders and for every path to the directory.
 */
public final class DirectoryLock implements Closeable {

    private static final String CLAIM = "dev.spool.open.";

    private final Disk disk;
    private final Path path;
    private final String claimKey;
    private final String claim;
    /** Null if there was no lock file, and none was to be made. */
    private final @Nullable DiskLock lock;

    private final AtomicBoolean closed = new AtomicBoolean();

    private DirectoryLock(Disk disk, Path path, String claimKey, String claim, @Nullable DiskLock lock) {
        this.disk = disk;
        this.path = path;
        this.claimKey = claimKey;
        this.claim = claim;
        this.lock = lock;
    }

    /**
     * Takes it at once, waiting for nobody; makes the lock file if it is missing, and writes nothing else.
     *
     * @throws SpoolLockedException if it is held; the message names the holder
     */
    public static DirectoryLock take(Site site) throws SpoolException {
        return take(site, true);
    }

    /**
     * As {@link #take}, for whoever must not change the directory: where there is no lock file, nobody owns the directory, and
     * none is made.
     */
    public static DirectoryLock takeChangingNothing(Site site) throws SpoolException {
        return take(site, false);
    }

    private static DirectoryLock take(Site site, boolean makeFile) throws SpoolException {
        Disk disk = site.disk();
        Path directory = site.directory();
        String key = CLAIM + Io.uninterrupted("look at", directory, () -> disk.fileKey(directory));
        String claim = describe(site);
        Object holder = disk.processMap().putIfAbsent(key, claim);
        if (holder != null) {
            throw new SpoolLockedException(
                    directory + " is already open in this process, by " + holder + "; close that spool first",
                    holder.toString());
        }
        Path path = site.file(Layout.LOCK);
        boolean taken = false;
        try {
            boolean needed = makeFile || Io.uninterrupted("look at", path, () -> disk.exists(path));
            Optional<DiskLock> lock = needed
                    ? Io.uninterrupted("lock", path, () -> Optional.ofNullable(disk.tryLock(path)))
                    : Optional.empty();
            if (needed && lock.isEmpty()) {
                throw lockedByAnother(site);
            }
            taken = true;
            return new DirectoryLock(disk, path, key, claim, lock.orElse(null));
        } finally {
            if (!taken) {
                disk.processMap().remove(key, claim);
            }
        }
    }

    private static SpoolLockedException lockedByAnother(Site site) throws SpoolException {
        Owner owner = Owner.read(site.disk(), site.directory()).newest();
        String holder = owner != null && owner.state() == Owner.State.OWNED
                ? owner.process().toString()
                : "a process that is just opening or checking it";
        return new SpoolLockedException(
                site.directory() + " is owned by " + holder + "; stop that process, or wait until it is done", holder);
    }

    /** Who opened it, and where: for whoever is refused, and no two alike. */
    private static String describe(Site site) {
        String where = StackWalker.getInstance()
                .walk(frames -> frames.filter(frame -> !frame.getClassName().startsWith("dev.spool."))
                        .findFirst()
                        .map(frame -> " at " + frame.toStackTraceElement())
                        .orElse(""));
        return site.processes().self() + ", thread " + Thread.currentThread().getName() + where + ", "
                + site.clock().now() + ", claim " + UUID.randomUUID();
    }

    /** Whether the lock is still held, as far as this process can tell, and its path still names the locked file. */
    public boolean isHeld() throws SpoolException {
        DiskLock held = lock;
        return held != null && !closed.get() && Io.uninterrupted("look at", path, held::isHeld);
    }

    /** Gives it up. */
    @Override
    public void close() throws SpoolException {
        if (closed.getAndSet(true)) {
            return;
        }
        try {
            // The claim goes last: until then nobody else in this process may open the lock file.
            if (lock != null) {
                lock.close();
            }
        } catch (IOException e) {
            throw new SpoolIoException("cannot give up the lock of " + path + ": " + e, e);
        } finally {
            disk.processMap().remove(claimKey, claim);
        }
    }
}
