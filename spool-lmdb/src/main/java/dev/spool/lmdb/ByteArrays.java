package dev.spool.lmdb;

import java.util.Arrays;
import java.util.Comparator;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.provider.MemoryManager;
import org.jspecify.annotations.Nullable;
import org.lmdbjava.BufferProxy;
import org.lmdbjava.LmdbException;

/**
 * Keys and values as byte arrays, as the binding's own proxy has them. That one allocates native memory for every argument, which
 * a committer would spend a tenth of its time on; here whoever writes, one thread at a time, uses the same memory again.
 */
final class ByteArrays extends BufferProxy<byte[]> {

    /** Holds a key and the largest value of a part side by side. */
    private static final int SCRATCH_BYTES = 1 << 20;

    private static final MemoryManager MEMORY = Runtime.getSystemRuntime().getMemoryManager();

    private volatile @Nullable Thread writer;
    private @Nullable Pointer scratch;
    private int used;
    private volatile int pageBytes = Integer.MAX_VALUE;

    /** That thread is in a writing transaction, of which there is one at a time; null at its end: readers share nothing. */
    void writtenBy(@Nullable Thread thread) {
        writer = thread;
    }

    /** How large the file's pages are: a value of that length never stands beside its key. */
    void pageBytes(int bytes) {
        pageBytes = bytes;
    }

    @Override
    protected byte[] allocate() {
        return new byte[0];
    }

    @Override
    protected void deallocate(byte[] buffer) {}

    @Override
    protected byte[] getBytes(byte[] buffer) {
        return buffer.clone();
    }

    @Override
    protected Comparator<byte[]> getSignedComparator() {
        return Arrays::compare;
    }

    @Override
    protected Comparator<byte[]> getUnsignedComparator() {
        return Arrays::compareUnsigned;
    }

    @Override
    protected Pointer in(byte[] buffer, Pointer target) {
        int bytes = buffer.length;
        if (Thread.currentThread() != writer || bytes > SCRATCH_BYTES / 2) {
            Pointer own = MEMORY.allocateDirect(bytes);
            own.put(0, buffer, 0, bytes);
            return point(target, own, 0, bytes);
        }
        Pointer shared = scratch;
        if (shared == null) {
            shared = MEMORY.allocateDirect(SCRATCH_BYTES);
            scratch = shared;
        }
        if (used + bytes > SCRATCH_BYTES) {
            used = 0; // a key and a value fit in side by side, and LMDB has copied what came before
        }
        int at = used;
        used += bytes;
        shared.put(at, buffer, 0, bytes);
        return point(target, shared, at, bytes);
    }

    /** For values to be written in place, which are none of ours. */
    @Override
    protected Pointer in(byte[] buffer, int size, Pointer target) {
        throw new UnsupportedOperationException("a byte array cannot be a place in the file");
    }

    @Override
    protected byte[] out(byte[] buffer, Pointer source) {
        long bytes = source.getLong(STRUCT_FIELD_OFFSET_SIZE);
        long address = source.getAddress(STRUCT_FIELD_OFFSET_DATA);
        if (bytes >= pageBytes) {
            requireRoom(address, bytes);
        }
        byte[] copy = new byte[(int) bytes];
        MEMORY.newPointer(address, bytes).get(0, copy, 0, copy.length);
        return copy;
    }

    /** LMDB believes the length that stands beside the key; the pages of a large value say themselves how many they are. */
    private void requireRoom(long address, long bytes) {
        Pointer header = MEMORY.newPointer(address - Page.HEADER_BYTES, Page.HEADER_BYTES);
        long room = Integer.toUnsignedLong(header.getInt(12)) * pageBytes - Page.HEADER_BYTES;
        if ((header.getShort(10) & Page.KINDS) != Page.OVERFLOW || bytes > room || bytes <= room - pageBytes) {
            throw new DamagedLengthException(bytes, room);
        }
    }

    /** A value whose length is not that of the pages it stands on. */
    static final class DamagedLengthException extends LmdbException {

        private static final long serialVersionUID = 1L;

        DamagedLengthException(long bytes, long room) {
            super("a value of " + bytes + " bytes, on pages that have room for " + room);
        }
    }

    private static Pointer point(Pointer target, Pointer memory, int at, int bytes) {
        target.putLong(STRUCT_FIELD_OFFSET_SIZE, bytes);
        target.putAddress(STRUCT_FIELD_OFFSET_DATA, memory.address() + at);
        return memory;
    }
}
