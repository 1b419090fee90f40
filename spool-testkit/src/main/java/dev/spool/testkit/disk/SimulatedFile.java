package dev.spool.testkit.disk;

import dev.spool.engine.io.DiskFile;
import dev.spool.testkit.disk.IoEvent.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Path;

/** A file that a simulated process has open. */
final class SimulatedFile implements DiskFile {

    private final SimulatedDisk process;
    private final Inode inode;
    private final Path path;
    private final boolean writable;
    private volatile boolean closed;

    SimulatedFile(SimulatedDisk process, Inode inode, Path path, boolean writable) {
        this.process = process;
        this.inode = inode;
        this.path = path;
        this.writable = writable;
    }

    Inode inode() {
        return inode;
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        requireOpen();
        return process.perform(
                Kind.READ, path, position, target.remaining(), whole -> whole ? inode.read(target, position) : 0);
    }

    @Override
    public void write(ByteBuffer[] sources, int count, long position) throws IOException {
        requireWritable();
        int length = 0;
        for (int i = 0; i < count; i++) {
            length = Math.addExact(length, sources[i].remaining());
        }
        int bytes = length;
        process.perform(Kind.WRITE, path, position, bytes, whole -> {
            int asked = whole ? bytes : process.world().random.nextInt(bytes + 1);
            int fitting = inode.fitting(position, asked, process.world().freePages());
            process.world().changeSpace(inode, () -> inode.write(sources, count, fitting, position));
            if (fitting < asked) {
                throw new IOException("No space left on device");
            }
            return bytes;
        });
    }

    @Override
    public void sync() throws IOException {
        requireWritable();
        process.perform(Kind.SYNC, path, 0, 0, whole -> {
            if (whole) {
                inode.sync();
            } else {
                inode.failSync(process.world().random);
            }
            return 0;
        });
    }

    @Override
    public long size() throws IOException {
        requireOpen();
        return process.look(inode::size);
    }

    @Override
    public void truncate(long size) throws IOException {
        requireWritable();
        process.perform(Kind.TRUNCATE, path, 0, size, whole -> {
            if (whole) {
                process.world().changeSpace(inode, () -> inode.truncate(size));
            }
            return 0;
        });
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            process.closed(this);
        }
    }

    private void requireWritable() throws IOException {
        requireOpen();
        if (!writable) {
            throw new NonWritableChannelException();
        }
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }
}
