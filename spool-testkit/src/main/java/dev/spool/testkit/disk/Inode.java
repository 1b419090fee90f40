package dev.spool.testkit.disk;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The content of a file: what the page cache shows and what is on the platter, in pages of 4 KiB. A page is clean while both are
 * the same array; it is copied before the first write after that. A null page is a hole.
 *
 * <p>Every write since the last sync is kept as an image of the sectors it touched, as they looked after it: that is what a
 * device may get to see of it. At a crash each image is put on the platter or not, in the order of the writes, so that a sector
 * holds any of its versions, but never part of one.
 */
final class Inode extends Node {

    static final int PAGE = 4096;
    static final int SECTOR = 512;

    private byte[] @Nullable [] cache = new byte[4][];
    private byte[] @Nullable [] platter = new byte[4][];
    private long size;
    private long platterSize;
    private BitSet dirty = new BitSet();
    private List<Change> unsynced = new ArrayList<>();
    private int allocated;

    /** Names that stand for it, as processes see them, and open files; its space is free once there are none. */
    int links;

    int opened;

    Inode(long number) {
        super(number);
    }

    /** An independent copy; unchanged pages are shared, because nobody writes to a clean page. */
    Inode copy() {
        Inode copy = new Inode(number);
        copy.cache = cache.clone();
        copy.platter = platter.clone();
        for (int page = 0; page < cache.length; page++) {
            if (cache[page] != null && cache[page] != platter[page]) {
                copy.cache[page] = cache[page].clone();
            }
        }
        copy.size = size;
        copy.platterSize = platterSize;
        copy.dirty = (BitSet) dirty.clone();
        copy.unsynced = new ArrayList<>(unsynced);
        copy.allocated = allocated;
        return copy;
    }

    long size() {
        return size;
    }

    boolean hasUnsynced() {
        return !unsynced.isEmpty();
    }

    /** Pages that take space. */
    int allocatedPages() {
        return allocated;
    }

    private void count() {
        allocated = 0;
        for (byte[] page : cache) {
            allocated += page != null ? 1 : 0;
        }
    }

    /** How many of the bytes at {@code position} can be written with {@code free} more pages. */
    int fitting(long position, int length, long free) {
        long left = free;
        for (long at = position; at < position + length; at = (at / PAGE + 1) * PAGE) {
            int page = (int) (at / PAGE);
            if ((page >= cache.length || cache[page] == null) && --left < 0) {
                return (int) (at - position);
            }
        }
        return length;
    }

    int read(ByteBuffer target, long position) {
        if (position >= size) {
            return 0;
        }
        int count = (int) Math.min(target.remaining(), size - position);
        for (int done = 0; done < count; ) {
            long at = position + done;
            int offset = (int) (at % PAGE);
            int step = Math.min(PAGE - offset, count - done);
            byte[] page = cache[(int) (at / PAGE)];
            if (page != null) {
                target.put(page, offset, step);
            } else {
                target.put(new byte[step]);
            }
            done += step;
        }
        return count;
    }

    /** Takes {@code length} bytes from the sources, one after the other. */
    void write(ByteBuffer[] sources, int count, int length, long position) {
        if (length == 0) {
            return;
        }
        long start = position / SECTOR * SECTOR;
        long end = position + length;
        byte[] image = new byte[(int) ((end + SECTOR - 1) / SECTOR * SECTOR - start)];
        fillFromCache(image, start, start, position);
        fillFromCache(image, start, end, start + image.length);
        int at = (int) (position - start);
        int left = length;
        for (int i = 0; i < count && left > 0; i++) {
            int step = Math.min(left, sources[i].remaining());
            sources[i].get(image, at, step);
            at += step;
            left -= step;
        }
        put(image, 0, image.length, start);
        size = Math.max(size, end);
        unsynced.add(new Change(start, image, end));
    }

    void truncate(long newSize) {
        if (newSize < size) {
            cutOff(newSize);
            unsynced.add(new Change(0, null, newSize));
        }
    }

    void sync() {
        for (int page = dirty.nextSetBit(0); page >= 0; page = dirty.nextSetBit(page + 1)) {
            platter[page] = cache[page];
        }
        dirty.clear();
        unsynced.clear();
        platterSize = size;
    }

    /**
     * A sync that fails: the dirty pages count as clean from now on and show the new bytes, while the platter has the old ones
     * or, by seed, some of the new.
     */
    void failSync(SplittableRandom random) {
        byte[] @Nullable [] seen = cache;
        long seenSize = size;
        List<Change> lost = unsynced;
        forget();
        if (random.nextInt(4) == 0) {
            replay(lost, random, 0.5);
        }
        platter = cache;
        cache = seen;
        size = seenSize;
        dirty.clear();
        count();
    }

    /** Evicts clean pages, so that the next read sees the platter. */
    void dropCaches() {
        for (int page = 0; page < cache.length; page++) {
            if (!dirty.get(page)) {
                cache[page] = platter[page];
            }
        }
        count();
    }

    /** The power goes; see {@link Survival}. With RANDOM {@code keep} is how likely each write is kept. */
    void crash(Survival survival, SplittableRandom random, double keep) {
        if (survival == Survival.KEPT) {
            sync();
            dropCaches();
            return;
        }
        List<Change> lost = unsynced;
        long sizeBefore = size;
        boolean unsettled = !lost.isEmpty() || size != platterSize;
        forget();
        if (survival == Survival.RANDOM && unsettled) {
            replay(lost, random, keep);
            if (random.nextInt(8) == 0) {
                // The size got there, the data did not.
                setSize(Math.max(size, sizeBefore));
            }
        }
        platter = cache.clone();
        platterSize = size;
        dirty.clear();
        count();
    }

    /** Changes bytes on the platter and in the cache, as damage does. */
    void damage(long position, byte[] bytes) {
        long end = position + bytes.length;
        if (position < 0 || end > size) {
            throw new IllegalArgumentException(
                    "[" + position + ", " + end + ") is not within a file of " + size + " bytes");
        }
        sync();
        dropCaches();
        long start = position / SECTOR * SECTOR;
        byte[] image = new byte[(int) ((end + SECTOR - 1) / SECTOR * SECTOR - start)];
        fillFromCache(image, start, start, start + image.length);
        System.arraycopy(bytes, 0, image, (int) (position - start), bytes.length);
        put(image, 0, image.length, start);
        sync();
    }

    /** Replaces everything, durably. */
    void set(byte[] content) {
        cutOff(0);
        if (content.length > 0) {
            write(new ByteBuffer[] {ByteBuffer.wrap(content)}, 1, content.length, 0);
        }
        sync();
    }

    /** Back to what is on the platter. */
    private void forget() {
        cache = platter.clone();
        size = platterSize;
        unsynced = new ArrayList<>();
        dirty.clear();
    }

    private void replay(List<Change> changes, SplittableRandom random, double keep) {
        for (Change change : changes) {
            if (random.nextInt(3) == 0) {
                tear(change, random);
            } else if (random.nextDouble() < keep) {
                keep(change, 0, change.sectors());
            }
        }
    }

    private void tear(Change change, SplittableRandom random) {
        int sectors = change.sectors();
        int cut = random.nextInt(sectors + 1);
        switch (random.nextInt(3)) {
            case 0 -> keep(change, 0, cut);
            case 1 -> keep(change, cut, sectors);
            default -> {
                for (int sector = 0; sector < sectors; sector++) {
                    if (random.nextBoolean()) {
                        keep(change, sector, sector + 1);
                    }
                }
            }
        }
    }

    private void keep(Change change, int from, int to) {
        if (change.image == null) {
            cutOff(Math.min(size, change.end));
        } else if (from < to) {
            put(change.image, from * SECTOR, to * SECTOR, change.start + (long) from * SECTOR);
            setSize(Math.max(size, Math.min(change.end, change.start + (long) to * SECTOR)));
        }
    }

    private void setSize(long newSize) {
        ensure(newSize);
        size = newSize;
    }

    /** Writes whole sectors of an image into the cache. */
    private void put(byte[] image, int from, int to, long position) {
        ensure(position + to - from);
        for (int at = from; at < to; ) {
            long where = position + at - from;
            int page = (int) (where / PAGE);
            int offset = (int) (where % PAGE);
            int step = Math.min(PAGE - offset, to - at);
            byte[] bytes = cache[page];
            if (bytes == null || bytes == platter[page]) {
                allocated += bytes == null ? 1 : 0;
                bytes = bytes == null || step == PAGE ? new byte[PAGE] : bytes.clone();
                cache[page] = bytes;
            }
            System.arraycopy(image, at, bytes, offset, step);
            dirty.set(page);
            at += step;
        }
    }

    private void cutOff(long newSize) {
        int first = (int) (newSize / PAGE);
        int offset = (int) (newSize % PAGE);
        if (offset > 0 && first < cache.length && cache[first] != null) {
            byte[] kept = new byte[PAGE];
            System.arraycopy(cache[first], 0, kept, 0, offset);
            cache[first] = kept;
            dirty.set(first);
        }
        for (int page = offset > 0 ? first + 1 : first; page < cache.length; page++) {
            if (cache[page] != null || platter[page] != null) {
                allocated -= cache[page] != null ? 1 : 0;
                cache[page] = null;
                dirty.set(page);
            }
        }
        size = newSize;
    }

    private void fillFromCache(byte[] image, long imageStart, long from, long to) {
        if (from < Math.min(to, size)) {
            ByteBuffer target = ByteBuffer.wrap(image, (int) (from - imageStart), (int) (to - from));
            read(target, from);
        }
    }

    private void ensure(long bytes) {
        int pages = (int) ((bytes + PAGE - 1) / PAGE);
        if (pages > cache.length) {
            int length = Math.max(pages, cache.length * 2);
            cache = Arrays.copyOf(cache, length);
            platter = Arrays.copyOf(platter, length);
        }
    }

    /** A write: its sectors and where it ended; or, without an image, a truncation to {@code end}. */
    private static final class Change {
        private final long start;
        private final byte @Nullable [] image;
        private final long end;

        Change(long start, byte @Nullable [] image, long end) {
            this.start = start;
            this.image = image;
            this.end = end;
        }

        int sectors() {
            return image == null ? 1 : image.length / SECTOR;
        }
    }
}
