package dev.spool.jmh.peer;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;

/** A direct buffer that many threads fill side by side until the committer takes it, again and again. */
final class BareBatch {

    private static final int CAPACITY_BYTES = 4 << 20;
    private static final int HEADER_BYTES = 64;
    private static final int TAKEN = -1;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(CAPACITY_BYTES + RecycledFiles.BLOCK_BYTES)
            .alignedSlice(RecycledFiles.BLOCK_BYTES);
    private final AtomicInteger claimed = new AtomicInteger();
    private final AtomicInteger copied = new AtomicInteger();
    private volatile BareCommit commit = new BareCommit();

    /** Copies and checksums a message in the caller's thread; false if this batch is full or taken. */
    boolean add(byte[] payload, CRC32C checksum, Receipt receipt) {
        int bytes = HEADER_BYTES + payload.length;
        int at = claimed.get();
        while (at != TAKEN && at + bytes <= CAPACITY_BYTES) {
            if (claimed.compareAndSet(at, at + bytes)) {
                // Not to be replaced while this claim is open: the committer waits for the copy.
                receipt.commit = commit;
                copy(at, payload, checksum);
                copied.addAndGet(bytes);
                return true;
            }
            at = claimed.get();
        }
        return false;
    }

    boolean isEmpty() {
        return claimed.get() == 0;
    }

    /** Lets nobody else in, waits for the last copies, and returns whole blocks; for the committer alone. */
    ByteBuffer take() {
        int bytes = claimed.getAndSet(TAKEN);
        while (copied.get() != bytes) {
            Thread.onSpinWait();
        }
        int blocks = (bytes + RecycledFiles.BLOCK_BYTES - 1) / RecycledFiles.BLOCK_BYTES;
        return buffer.duplicate().position(0).limit(blocks * RecycledFiles.BLOCK_BYTES);
    }

    /** Opens the buffer for the next batch and returns the commit of the last one, whose waiters are still to be told. */
    BareCommit reopen() {
        BareCommit last = commit;
        commit = new BareCommit();
        copied.set(0);
        claimed.set(0);
        return last;
    }

    private void copy(int at, byte[] payload, CRC32C checksum) {
        ByteBuffer slot = buffer.duplicate().position(at + HEADER_BYTES);
        slot.put(payload);
        checksum.reset();
        checksum.update(slot.flip().position(at + HEADER_BYTES));
        buffer.putInt(at, payload.length);
        buffer.putInt(at + Integer.BYTES, (int) checksum.getValue());
    }

    /** Which commit a message rides in. */
    static final class Receipt {
        private BareCommit commit = new BareCommit();

        BareCommit commit() {
            return commit;
        }
    }
}
