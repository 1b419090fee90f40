package dev.spool.engine.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A file open for reading, by any number of threads at once.
 *
 * <p>An interrupt closes a {@link FileChannel} under everybody who uses it. So a reader takes its interrupt flag off before it
 * reads and puts it back after; and if the channel is closed nevertheless, whoever notices opens it again and every reader
 * goes on where it was. A path that names another file by then gives an {@link IOException}, never the other file's bytes.
 */
final class SystemReadFile implements DiskFile {

    /** The JDK copies into heap buffers through a direct one of the same size and keeps it, one per thread. */
    private static final int HEAP_READ_MAX = 256 << 10;

    private final Path path;
    private final @Nullable Object key;
    private final ReentrantLock reopening = new ReentrantLock();
    private volatile FileChannel channel;
    private volatile boolean closed;

    SystemReadFile(Path path) throws IOException {
        this.path = path;
        FileChannel opened = FileChannel.open(path, StandardOpenOption.READ);
        try {
            key = SystemDisk.keyOf(path);
        } catch (IOException e) {
            opened.close();
            throw e;
        }
        channel = opened;
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        int start = target.position();
        boolean interrupted = Thread.interrupted();
        try {
            while (target.hasRemaining()) {
                FileChannel current = channel;
                try {
                    if (readOnce(current, target, position + target.position() - start) < 0) {
                        break;
                    }
                } catch (ClosedChannelException e) {
                    // What was read before is in the target, and its position says how much.
                    interrupted |= Thread.interrupted();
                    reopen(current, e);
                }
            }
            return target.position() - start;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static int readOnce(FileChannel channel, ByteBuffer target, long position) throws IOException {
        if (target.isDirect() || target.remaining() <= HEAP_READ_MAX) {
            return channel.read(target, position);
        }
        int limit = target.limit();
        target.limit(target.position() + HEAP_READ_MAX);
        try {
            return channel.read(target, position);
        } finally {
            target.limit(limit);
        }
    }

    @Override
    public long size() throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                FileChannel current = channel;
                try {
                    return current.size();
                } catch (ClosedChannelException e) {
                    interrupted |= Thread.interrupted();
                    reopen(current, e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void reopen(FileChannel broken, ClosedChannelException cause) throws IOException {
        reopening.lock();
        try {
            if (closed) {
                throw cause;
            }
            if (channel != broken) {
                return;
            }
            FileChannel fresh = FileChannel.open(path, StandardOpenOption.READ);
            try {
                Object now = SystemDisk.keyOf(path);
                if (!Objects.equals(key, now)) {
                    throw new IOException(path + " was replaced while it was open for reading: opened as " + key
                            + ", now " + now + "; look up again where the data is");
                }
                channel = fresh;
            } catch (IOException e) {
                fresh.close();
                throw e;
            }
        } finally {
            reopening.unlock();
        }
    }

    @Override
    public void write(ByteBuffer[] sources, int count, long position) {
        throw new NonWritableChannelException();
    }

    @Override
    public void sync() {
        throw new NonWritableChannelException();
    }

    @Override
    public void truncate(long size) {
        throw new NonWritableChannelException();
    }

    @Override
    public void close() throws IOException {
        reopening.lock();
        try {
            closed = true;
            channel.close();
        } finally {
            reopening.unlock();
        }
    }
}
