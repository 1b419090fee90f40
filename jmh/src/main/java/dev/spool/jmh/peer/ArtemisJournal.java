package dev.spool.jmh.peer;

import dev.spool.SpoolId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import org.apache.activemq.artemis.core.io.IOCallback;
import org.apache.activemq.artemis.core.io.SequentialFile;
import org.apache.activemq.artemis.core.io.nio.NIOSequentialFileFactory;
import org.apache.activemq.artemis.core.journal.EncoderPersister;
import org.apache.activemq.artemis.core.journal.IOCompletion;
import org.apache.activemq.artemis.core.journal.impl.JournalImpl;
import org.apache.activemq.artemis.core.journal.impl.dataformat.ByteArrayEncoding;

/**
 * The journal of ActiveMQ Artemis on NIO, with the sizes of its default configuration, data synced, and the timeout of its buffer
 * tuned as {@code artemis perf-journal} does on the disk at hand. It reads messages at the start alone, so that nothing can be loaded
 * from it.
 */
final class ArtemisJournal implements Peer {

    private static final int FILE_BYTES = 10 << 20;
    private static final int FILES_MIN = 2;
    private static final int POOL_UNLIMITED = -1;
    private static final int COMPACT_FILES_MIN = 10;
    private static final int COMPACT_PERCENTAGE = 30;
    private static final int BUFFER_BYTES = 490 << 10;
    private static final int BLOCK_BYTES = 4096;
    private static final int BLOCKS = 250;
    private static final int TRIES = 5;
    private static final byte RECORD_TYPE = 1;

    private final NIOSequentialFileFactory files;
    private final JournalImpl journal;

    ArtemisJournal(Path directory) throws IOException {
        try {
            files = new NIOSequentialFileFactory(
                    directory.toFile(), true, BUFFER_BYTES, tunedTimeoutNanos(directory), 1, false);
            journal = new JournalImpl(
                    FILE_BYTES,
                    FILES_MIN,
                    POOL_UNLIMITED,
                    COMPACT_FILES_MIN,
                    COMPACT_PERCENTAGE,
                    files,
                    "data",
                    "amq",
                    1);
            journal.start();
            journal.load(new ArrayList<>(), new ArrayList<>(), null);
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    /** The best of some tries to write and sync blocks one after the other. */
    private static int tunedTimeoutNanos(Path directory) throws Exception {
        NIOSequentialFileFactory plain = new NIOSequentialFileFactory(directory.toFile(), 1);
        plain.setDatasync(true);
        plain.start();
        SequentialFile file = plain.createSequentialFile("tuning.tmp");
        file.open();
        file.fill(BLOCK_BYTES * BLOCKS);
        file.close();
        ByteBuffer block = plain.newBuffer(BLOCK_BYTES);
        long best = Long.MAX_VALUE;
        for (int i = 0; i < TRIES; i++) {
            file.open();
            file.position(0);
            long start = System.nanoTime();
            for (int written = 0; written < BLOCKS; written++) {
                Completion done = new Completion();
                file.writeDirect(block.position(0), true, done);
                done.await();
            }
            best = Math.min(best, System.nanoTime() - start);
            file.close();
        }
        file.delete();
        plain.stop();
        return (int) (best / BLOCKS);
    }

    private static final class Completion implements IOCompletion, IOCallback {
        private final CompletableFuture<Void> future = new CompletableFuture<>();

        @Override
        public void storeLineUp() {}

        @Override
        public void done() {
            future.complete(null);
        }

        @Override
        public void onError(int code, String message) {
            future.completeExceptionally(new IOException(code + ": " + message));
        }

        private void await() {
            future.join();
        }
    }

    @Override
    public void store(SpoolId id, byte[] body) throws IOException {
        try {
            journal.appendAddRecord(key(id), RECORD_TYPE, body, true);
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    @Override
    public Pending submit(SpoolId id, byte[] body) throws IOException {
        Completion completion = new Completion();
        try {
            journal.appendAddRecord(
                    key(id),
                    RECORD_TYPE,
                    EncoderPersister.getInstance(),
                    new ByteArrayEncoding(body),
                    true,
                    completion);
        } catch (Exception e) {
            throw new IOException(e);
        }
        return completion::await;
    }

    @Override
    public int load(SpoolId id) {
        throw new UnsupportedOperationException("the journal of Artemis reads at its start alone");
    }

    @Override
    public void remove(SpoolId id) throws IOException {
        remove(id, true);
    }

    @Override
    public void removeAll(Collection<SpoolId> ids) throws IOException {
        Iterator<SpoolId> each = ids.iterator();
        while (each.hasNext()) {
            remove(each.next(), !each.hasNext());
        }
    }

    private void remove(SpoolId id, boolean sync) throws IOException {
        try {
            journal.appendDeleteRecord(key(id), sync);
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            journal.stop();
            files.stop();
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    /** Its ids have 8 bytes; these are the random ones. */
    private static long key(SpoolId id) {
        return id.low() & Long.MAX_VALUE;
    }
}
