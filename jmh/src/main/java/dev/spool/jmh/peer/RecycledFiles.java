package dev.spool.jmh.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Files filled with zeros beforehand and written round and round, so that a sync never waits for the filesystem to allocate:
 * the cheapest durable write there is through the page cache.
 */
final class RecycledFiles implements BlockFiles {

    static final int BLOCK_BYTES = 4096;

    static final long FILE_BYTES = 64L << 20;
    private static final int FILES = 4;
    private static final int FILL_BYTES = 1 << 20;

    private final List<FileChannel> files = new ArrayList<>();
    private int current;
    private long position;

    RecycledFiles(Path directory) throws IOException {
        Files.createDirectories(directory);
        for (int i = 0; i < FILES; i++) {
            files.add(filled(directory.resolve("ring-" + i)));
        }
    }

    @Override
    public void writeDurably(ByteBuffer blocks) throws IOException {
        if (position + blocks.remaining() > FILE_BYTES) {
            current = (current + 1) % FILES;
            position = 0;
        }
        FileChannel file = files.get(current);
        while (blocks.hasRemaining()) {
            position += file.write(blocks, position);
        }
        file.force(false);
    }

    @Override
    public void close() throws IOException {
        for (FileChannel file : files) {
            file.close();
        }
    }

    /** A new file full of zeros, all of them on disk. */
    static FileChannel filled(Path path) throws IOException {
        FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        ByteBuffer zeros = ByteBuffer.allocateDirect(FILL_BYTES);
        for (long at = 0; at < FILE_BYTES; at += FILL_BYTES) {
            file.write(zeros.clear(), at);
        }
        file.force(true);
        return file;
    }
}
