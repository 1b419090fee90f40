package dev.spool.engine.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * An operating system's lock on a whole file, held through one channel. On POSIX systems the lock belongs to the process and
 * is lost when <em>any</em> channel on the file is closed in it; keeping others away from the file is up to the caller.
 */
final class SystemLock implements DiskLock {

    /**
     * Channels on files that somebody else in this JVM has locked. Closing one, also by the collector, would take that lock
     * away; an open file each is the smaller harm.
     */
    private static final Queue<FileChannel> NEVER_CLOSED = new ConcurrentLinkedQueue<>();

    private final Path path;
    private final FileChannel channel;
    private final FileLock lock;
    private final @Nullable Object key;

    private SystemLock(Path path, FileChannel channel, FileLock lock, @Nullable Object key) {
        this.path = path;
        this.channel = channel;
        this.lock = lock;
        this.key = key;
    }

    /** Locks, and then owns the channel; closes it, where that is harmless, if the lock is not to be had. */
    static @Nullable SystemLock tryLock(Path path, FileChannel channel) throws IOException {
        try {
            Object key = SystemDisk.keyOf(path);
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return new SystemLock(path, channel, lock, key);
            }
        } catch (OverlappingFileLockException e) {
            NEVER_CLOSED.add(channel);
            return null;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        return null;
    }

    @Override
    public boolean isHeld() throws IOException {
        try {
            return lock.isValid() && Objects.equals(key, SystemDisk.keyOf(path));
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
