package dev.spool.jmh.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Files that another thread fills with zeros while the ones before are written, as a log that only grows has to. Each is written
 * once. Whoever is faster than the filler waits for it.
 */
final class FilledFiles implements BlockFiles {

    private static final int AHEAD = 2;

    private final Path directory;
    private final BlockingQueue<FileChannel> ready = new ArrayBlockingQueue<>(AHEAD);
    private final Thread filler = new Thread(this::fillAll, "bare-filler");
    private @Nullable FileChannel current;
    private long position;
    private volatile @Nullable IOException failure;

    FilledFiles(Path directory) throws IOException {
        this.directory = directory;
        Files.createDirectories(directory);
        filler.setDaemon(true);
        filler.start();
    }

    @Override
    public void writeDurably(ByteBuffer blocks) throws IOException {
        FileChannel file = current;
        if (file == null || position + blocks.remaining() > RecycledFiles.FILE_BYTES) {
            if (file != null) {
                file.close();
            }
            file = next();
            current = file;
            position = 0;
        }
        while (blocks.hasRemaining()) {
            position += file.write(blocks, position);
        }
        file.force(false);
    }

    private FileChannel next() throws IOException {
        try {
            IOException failed = failure;
            if (failed != null) {
                throw failed;
            }
            return ready.take();
        } catch (InterruptedException e) {
            throw new IOException("interrupted while a file was filled", e);
        }
    }

    private void fillAll() {
        try {
            for (int i = 0; !Thread.interrupted(); i++) {
                ready.put(RecycledFiles.filled(directory.resolve("fresh-" + i)));
            }
        } catch (IOException e) {
            failure = e;
        } catch (InterruptedException e) {
            // The end, see close().
        }
    }

    @Override
    public void close() throws IOException {
        filler.interrupt();
        boolean interrupted = false;
        while (filler.isAlive()) {
            try {
                filler.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        FileChannel file = current;
        if (file != null) {
            file.close();
        }
        ready.forEach(FilledFiles::closeUnwritten);
    }

    private static void closeUnwritten(FileChannel file) {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
