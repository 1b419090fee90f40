package dev.spool.engine.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A file open for reading and writing, for threads that nobody interrupts: an interrupt closes it for good. Any of them may
 * call at any time, but two writes to one place have no order.
 */
final class SystemWriteFile implements DiskFile {

    private final Path path;
    private final FileChannel channel;
    /** A gathering write goes where the channel stands, so that placing and writing must not be split. */
    private final ReentrantLock gathering = new ReentrantLock();

    SystemWriteFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        int start = target.position();
        while (target.hasRemaining()) {
            if (channel.read(target, position + target.position() - start) < 0) {
                break;
            }
        }
        return target.position() - start;
    }

    @Override
    public void write(ByteBuffer[] sources, int count, long position) throws IOException {
        if (count == 1) {
            write(sources[0], position);
            return;
        }
        gathering.lock();
        try {
            channel.position(position);
            int first = 0;
            while (first < count) {
                if (sources[first].hasRemaining()) {
                    // May write less than asked: more sources than the platform takes at once, a signal, a quota.
                    channel.write(sources, first, count - first);
                } else {
                    first++;
                }
            }
        } finally {
            gathering.unlock();
        }
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
        long at = position;
        while (source.hasRemaining()) {
            at += channel.write(source, at);
        }
    }

    @Override
    public void sync() throws IOException {
        channel.force(false);
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public void truncate(long size) throws IOException {
        channel.truncate(size);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
