package dev.spool.jmh.peer;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Group commit and nothing else: what a durable spool could reach at most on this machine. Many threads copy and checksum
 * their messages into the open one of two buffers; one thread writes and syncs the other. No ids, no index, no futures, no
 * removes, and no recovery.
 */
final class BareLog implements AutoCloseable {

    /** Cheaper than being parked and woken if the next message is not long in coming. */
    private static final long SPIN_NANOS = 20_000;

    private final BlockFiles files;
    private final Runnable synced;
    private final AtomicBoolean idle = new AtomicBoolean();
    private final Thread committer = new Thread(this::commitAll, "bare-committer");
    private volatile BareBatch open = new BareBatch();
    private volatile boolean closing;

    /** @param synced told after each sync */
    BareLog(BlockFiles files, Runnable synced) {
        this.files = files;
        this.synced = synced;
        committer.start();
    }

    /** Adds a message to the open batch; durable once the returned commit is. */
    BareCommit append(byte[] payload, CRC32C checksum, BareBatch.Receipt receipt) {
        while (!open.add(payload, checksum, receipt)) {
            Thread.onSpinWait();
        }
        if (idle.get() && idle.compareAndSet(true, false)) {
            LockSupport.unpark(committer);
        }
        return receipt.commit();
    }

    @Override
    public void close() throws IOException {
        closing = true;
        LockSupport.unpark(committer);
        boolean interrupted = false;
        while (committer.isAlive()) {
            try {
                committer.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        files.close();
    }

    private void commitAll() {
        BareBatch spare = new BareBatch();
        while (awaitMessages()) {
            BareBatch full = open;
            open = spare;
            IOException failure = write(full);
            full.reopen().finish(failure);
            spare = full;
        }
    }

    private @Nullable IOException write(BareBatch full) {
        try {
            files.writeDurably(full.take());
            synced.run();
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    /** True once there is something to write, false when closing and there is nothing. */
    private boolean awaitMessages() {
        BareBatch batch = open;
        long start = System.nanoTime();
        while (batch.isEmpty() && System.nanoTime() - start < SPIN_NANOS) {
            Thread.onSpinWait();
        }
        while (batch.isEmpty() && !closing) {
            idle.set(true);
            if (batch.isEmpty() && !closing) {
                LockSupport.park(this);
            }
            idle.set(false);
        }
        return !batch.isEmpty();
    }
}
