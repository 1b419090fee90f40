package dev.spool.engine;

import dev.spool.engine.spi.BatchRecord;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The direct buffers in which payloads wait for their commit, and the bound on the bytes in flight. All methods may be called by
 * any thread; none blocks.
 *
 * <p>Buffers come in size classes, four to a doubling, and are used again last in, first out, so that a steady load allocates
 * nothing and stays in the processor's cache. What is handed out never exceeds the bound (but a single buffer larger than the
 * bound is handed out alone, and see {@link #tryAcquireToGoOn}), and what is kept for later never exceeds it either.
 */
final class StagingPool {

    /** Bytes of capacity behind the limit, for padding. */
    private static final int SPARE_BYTES = 7;

    private static final int SMALLEST = 512;
    private static final int SMALLEST_LOG = 9;
    private static final int CLASSES = (30 - SMALLEST_LOG) * 4 + 1;

    private final long boundBytes;
    private final AtomicLong inFlight = new AtomicLong();
    private final AtomicLong keptBytes = new AtomicLong();
    private final AtomicReferenceArray<@Nullable Kept> kept = new AtomicReferenceArray<>(CLASSES);
    private final AtomicReference<@Nullable ByteBuffer> beyondBound = new AtomicReference<>();
    private final Runnable onRelease;

    /** @param onRelease called after bytes came free, by whichever thread released them */
    StagingPool(long boundBytes, Runnable onRelease) {
        this.boundBytes = boundBytes;
        this.onRelease = onRelease;
    }

    /** Bytes of the buffers handed out. */
    long inFlightBytes() {
        return inFlight.get();
    }

    long boundBytes() {
        return boundBytes;
    }

    /**
     * A buffer with its position at 0 and its limit behind {@link BatchRecord#HEADROOM_BYTES} and {@code payloadBytes}, or null
     * if that would exceed the bound. Its former content is undefined.
     */
    @Nullable
    ByteBuffer tryAcquire(int payloadBytes) {
        int limit = BatchRecord.HEADROOM_BYTES + payloadBytes;
        int index = classOf(limit + SPARE_BYTES);
        int capacity = capacityOf(index);
        long before;
        do {
            before = inFlight.get();
            if (before > 0 && before + capacity > boundBytes) {
                return null;
            }
        } while (!inFlight.compareAndSet(before, before + capacity));
        ByteBuffer buffer = take(index);
        if (buffer == null) {
            buffer = allocate(capacity);
            if (buffer == null) {
                inFlight.addAndGet(-capacity);
                return null;
            }
        }
        return buffer.clear().limit(limit);
    }

    /**
     * As {@link #tryAcquire}, but hands out one buffer at a time beyond the bound. For the next chunk of a message of which some
     * are committed already: what fills the bound may be waiting for that very message.
     */
    @Nullable
    ByteBuffer tryAcquireToGoOn(int payloadBytes) {
        ByteBuffer within = tryAcquire(payloadBytes);
        if (within != null || beyondBound.get() != null) {
            return within;
        }
        int limit = BatchRecord.HEADROOM_BYTES + payloadBytes;
        ByteBuffer extra = allocate(capacityOf(classOf(limit + SPARE_BYTES)));
        if (extra == null || !beyondBound.compareAndSet(null, extra)) {
            return null;
        }
        inFlight.addAndGet(extra.capacity());
        return extra.limit(limit);
    }

    /** Takes a buffer back. */
    @SuppressWarnings("ReferenceEquality") // that very buffer, whatever is in it
    void release(ByteBuffer buffer) {
        if (beyondBound.get() == buffer) {
            beyondBound.set(null);
        }
        int capacity = buffer.capacity();
        int index = classOf(capacity);
        boolean tight = true;
        while (tight) {
            tight = keptBytes.get() + capacity > boundBytes && dropOne(index);
        }
        if (keptBytes.get() + capacity <= boundBytes) {
            keptBytes.addAndGet(capacity);
            Kept top;
            Kept node = new Kept(buffer);
            do {
                top = kept.get(index);
                node.below = top;
            } while (!kept.compareAndSet(index, top, node));
        }
        inFlight.addAndGet(-capacity);
        onRelease.run();
    }

    /** Forgets all kept buffers; returns their bytes. */
    long trim() {
        long before = keptBytes.get();
        for (int i = 0; i < CLASSES; i++) {
            ByteBuffer forgotten;
            do {
                forgotten = take(i);
            } while (forgotten != null);
        }
        return before - keptBytes.get();
    }

    private @Nullable ByteBuffer take(int index) {
        Kept top;
        do {
            top = kept.get(index);
            if (top == null) {
                return null;
            }
            // A node is pushed once and never again, so that the same top means the same stack below it.
        } while (!kept.compareAndSet(index, top, top.below));
        keptBytes.addAndGet(-top.buffer.capacity());
        return top.buffer;
    }

    /** Forgets one buffer of a class other than {@code index}, which the load has moved away from. */
    private boolean dropOne(int index) {
        for (int i = 0; i < CLASSES; i++) {
            if (i != index && take(i) != null) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable ByteBuffer allocate(int capacity) {
        try {
            return ByteBuffer.allocateDirect(capacity);
        } catch (OutOfMemoryError e) {
            return null; // the JVM's limit on direct memory acts as the bound then: the operation waits for others to
            // finish
        }
    }

    /** The smallest class that holds so many bytes. */
    static int classOf(int bytes) {
        if (bytes <= SMALLEST) {
            return 0;
        }
        int n = bytes - 1;
        int log = 31 - Integer.numberOfLeadingZeros(n);
        return (log - SMALLEST_LOG) * 4 + ((n >>> (log - 2)) & 3) + 1;
    }

    static int capacityOf(int index) {
        if (index == 0) {
            return SMALLEST;
        }
        int log = SMALLEST_LOG + (index - 1) / 4;
        return (5 + (index - 1) % 4) << (log - 2);
    }

    /** A buffer that nobody uses. */
    private static final class Kept {
        final ByteBuffer buffer;

        @Nullable
        Kept below;

        Kept(ByteBuffer buffer) {
            this.buffer = buffer;
        }
    }
}
