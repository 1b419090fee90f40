package dev.spool.engine.io;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** An open file. Positions are absolute; there is no file pointer. */
public interface DiskFile extends Closeable {

    Path path();

    /**
     * Reads from {@code position} until {@code target} is full or the file ends.
     *
     * @return the bytes read, 0 at or past the end
     */
    int read(ByteBuffer target, long position) throws IOException;

    /** Writes all remaining bytes of the first {@code count} sources, one after the other, in as few calls as possible. */
    void write(ByteBuffer[] sources, int count, long position) throws IOException;

    /** Writes all remaining bytes. */
    default void write(ByteBuffer source, long position) throws IOException {
        write(new ByteBuffer[] {source}, 1, position);
    }

    /** Makes everything written so far durable (fdatasync: contents, and size where it matters to read them). */
    void sync() throws IOException;

    long size() throws IOException;

    /** Cuts the file off at {@code size}; does nothing if it is not longer. */
    void truncate(long size) throws IOException;
}
