package dev.spool.file;

import dev.spool.SpoolFullException;
import dev.spool.engine.io.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The segment files of one log: {@code shard-NN/SSSSSSSS.seg}, a slot number each. Knows which have a life, by slot and by life,
 * and keeps the pool of those that have none, filled beforehand and ready to be written. Thread-safe; does no I/O under its lock.
 */
final class SegmentFiles {

    private static final String SUFFIX = ".seg";

    /** What a record takes in the directory of its batch and in the footer, about. */
    static final int DESCRIPTORS_BYTES = 208;

    private final Disk disk;
    private final Path directory;
    private final int log;
    private final AtomicLong lastLife = new AtomicLong();
    private final Map<Long, Segment> byLife = new ConcurrentHashMap<>();
    private final Deque<Segment> ready = new ArrayDeque<>();
    private final Deque<Segment> unfilled = new ArrayDeque<>();
    private volatile @Nullable Segment[] bySlot = new Segment[16];
    private final PriorityQueue<Integer> gaps = new PriorityQueue<>();
    private int nextSlot = 1;
    private int reusableFrom = 1;

    SegmentFiles(Disk disk, Path spoolDirectory, int log) {
        this.disk = disk;
        this.directory = directory(spoolDirectory, log);
        this.log = log;
    }

    /** The number of the log. */
    int log() {
        return log;
    }

    /** The directory of a log's segments. */
    static Path directory(Path spoolDirectory, int log) {
        return spoolDirectory.resolve(String.format(Locale.ROOT, "shard-%02d", log));
    }

    /** Whether a path is named like the directory of a log's segments. */
    static boolean isLog(Path path) {
        return String.valueOf(path.getFileName()).matches("shard-[0-9]{2}");
    }

    Path directory() {
        return directory;
    }

    Disk disk() {
        return disk;
    }

    /** The slot that a file name stands for, or -1 if it is no segment's. */
    static int slotOf(Path file) {
        String name = String.valueOf(file.getFileName());
        if (!name.endsWith(SUFFIX) || name.length() != 8 + SUFFIX.length()) {
            return -1;
        }
        try {
            int slot = Integer.parseInt(name.substring(0, 8));
            return slot >= 0 && slot <= Location.MAX_SLOT ? slot : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    Path pathOf(int slot) {
        return directory.resolve(String.format(Locale.ROOT, "%08d", slot) + SUFFIX);
    }

    /** Takes note of a file that exists. */
    synchronized Segment add(int slot, int sizeBytes) {
        Segment segment = new Segment(disk, pathOf(slot), slot, sizeBytes);
        @Nullable Segment[] slots = bySlot;
        if (slot >= slots.length) {
            slots = java.util.Arrays.copyOf(slots, Math.max(slot + 1, slots.length * 2));
        }
        slots[slot] = segment;
        bySlot = slots;
        nextSlot = Math.max(nextSlot, slot + 1);
        return segment;
    }

    /**
     * A segment for a file that does not exist yet, in the lowest slot that is free.
     *
     * @throws SpoolFullException if all slots are taken
     */
    synchronized Segment addNew(int sizeBytes) throws SpoolFullException {
        Integer gap = gaps.poll();
        int slot = gap == null ? nextSlot : gap;
        if (slot > Location.MAX_SLOT) {
            throw new SpoolFullException("there are " + Location.MAX_SLOT + " segments in " + directory
                    + ", as many as there can be; raise segmentBytesMax");
        }
        return add(slot, sizeBytes);
    }

    /** Forgets a file that was deleted; its slot is given out again, but for one that failed, so that nobody takes one for the other. */
    synchronized void forget(Segment segment) {
        bySlot[segment.slot()] = null;
        if (mayReuse(segment) && !segment.poisoned()) {
            gaps.add(segment.slot());
        }
    }

    /** Whether a file may get another life, or its slot another file. */
    boolean mayReuse(Segment segment) {
        return segment.slot() >= reusableFrom;
    }

    /** Ends a life in which nothing counted. If the file is gone, its slot is given out again. */
    synchronized void withdraw(Segment segment, boolean gone) {
        if (segment.life() != 0) {
            end(segment);
        }
        if (gone) {
            forget(segment);
        }
    }

    /** The segment in a slot, whatever its life; null if there is none. */
    @Nullable
    Segment inSlot(int slot) {
        @Nullable Segment[] slots = bySlot;
        return slot >= 0 && slot < slots.length ? slots[slot] : null;
    }

    /** The segment whose present life this is; null if that life is over. */
    @Nullable
    Segment ofLife(long life) {
        return byLife.get(life);
    }

    /** All segments that have a life. */
    Collection<Segment> living() {
        return byLife.values();
    }

    /** All files. */
    List<Segment> all() {
        List<Segment> all = new ArrayList<>();
        for (Segment segment : bySlot) {
            if (segment != null) {
                all.add(segment);
            }
        }
        return all;
    }

    /** Begins a life. */
    void begin(Segment segment, SegmentHeader header) {
        segment.begin(header);
        lastLife.accumulateAndGet(header.life(), Math::max);
        byLife.put(header.life(), segment);
    }

    /** Takes up a life found on disk. */
    void resume(Segment segment, SegmentHeader header) {
        begin(segment, header);
        segment.resume(header);
    }

    /** The catalogue as of now. */
    Catalogue catalogue() {
        Catalogue catalogue = new Catalogue();
        for (Segment segment : byLife.values()) {
            Catalogue.Living entry =
                    segment.listed() && !segment.retired() && !segment.stillborn() ? segment.entry() : null;
            if (entry != null) {
                catalogue.put(entry);
            }
        }
        catalogue.lastLife(lastLife.get());
        return catalogue;
    }

    /** Whether what a link says stands at a location still does: the life of its segment is not over. */
    boolean stands(long location, Links.Link link) {
        Segment segment = inSlot(Location.slot(location));
        return segment != null && segment.life() == link.life();
    }

    /** Names a record by the life of its segment. */
    Links.Link link(long location) {
        Segment segment = java.util.Objects.requireNonNull(inSlot(Location.slot(location)));
        return new Links.Link(segment.life(), Location.offset(location), Location.length(location));
    }

    /** Counts a record as live ({@code sign} 1) or dead ({@code sign} -1). */
    void addLive(long location, int sign) {
        Segment segment = inSlot(Location.slot(location));
        if (segment != null) {
            segment.addLive(sign * (long) (Location.length(location) + DESCRIPTORS_BYTES));
        }
    }

    /** Counts every record of a version as dead. */
    void dead(FileCurrent version) {
        if (stands(version.location(), version.link())) {
            addLive(version.location(), -1);
        }
        Links.Link body = version.body();
        if (body != null) {
            deadLink(body);
        }
        version.chunks().forEach(this::deadLink);
    }

    private void deadLink(Links.Link link) {
        Segment segment = ofLife(link.life());
        if (segment != null) {
            segment.addLive(-Blocks.align8(link.recordBytes()) - DESCRIPTORS_BYTES);
        }
    }

    /** Ends a life in memory; the free header is on disk. */
    void end(Segment segment) {
        byLife.remove(segment.life());
        segment.freed();
    }

    /** A life never given out before. */
    long nextLife() {
        return lastLife.incrementAndGet();
    }

    long lastLife() {
        return lastLife.get();
    }

    void lastLifeAtLeast(long life) {
        lastLife.accumulateAndGet(life, Math::max);
    }

    /**
     * A segment of at least that size from the pool, a filled one if there is any; the largest are not wasted on small needs.
     *
     * @param kept bytes that must stay in the pool
     * @return null if the pool has none
     */
    synchronized @Nullable Segment take(int minBytes, long kept) {
        Segment best = smallest(ready, minBytes);
        if (best == null) {
            best = smallest(unfilled, minBytes);
        }
        if (best == null || poolBytes() - best.sizeBytes() < kept) {
            return null;
        }
        ready.remove(best);
        unfilled.remove(best);
        return best;
    }

    /**
     * Bytes of the segments that {@link #take} would give out one after the other, the smallest first.
     *
     * @param kept as there
     */
    synchronized long takeableBytes(long kept) {
        long[] sizes = java.util.stream.Stream.concat(ready.stream(), unfilled.stream())
                .mapToLong(Segment::sizeBytes)
                .sorted()
                .toArray();
        long left = poolBytes();
        long taken = 0;
        for (long size : sizes) {
            if (left - size >= kept) {
                left -= size;
                taken += size;
            }
        }
        return taken;
    }

    private static @Nullable Segment smallest(Collection<Segment> pool, int minBytes) {
        Segment best = null;
        for (Segment candidate : pool) {
            if (candidate.sizeBytes() >= minBytes && (best == null || candidate.sizeBytes() < best.sizeBytes())) {
                best = candidate;
            }
        }
        return best;
    }

    /** Takes a filled file into the pool. */
    synchronized void addReady(Segment segment) {
        segment.fill();
        ready.add(segment);
    }

    /** A free segment found at open, whose blocks may not have been written: the filler's work. */
    synchronized void addUnfilled(Segment segment) {
        unfilled.add(segment);
    }

    /** Takes the smallest filled file, which suits the fewest, out of the pool if that has more than so many. */
    synchronized @Nullable Segment takeBeyond(int count) {
        if (poolCount() <= count || ready.isEmpty()) {
            return null;
        }
        Segment smallest = Collections.min(ready, Comparator.comparingInt(Segment::sizeBytes));
        ready.remove(smallest);
        return smallest;
    }

    synchronized @Nullable Segment takeUnfilled() {
        return unfilled.poll();
    }

    /** Empties the pool. */
    synchronized List<Segment> takePool() {
        List<Segment> pool = new ArrayList<>(ready);
        pool.addAll(unfilled);
        ready.clear();
        unfilled.clear();
        return pool;
    }

    /** Gives out the slots below the last one that have no file. */
    synchronized void fillGaps() {
        for (int slot = 1; slot < nextSlot; slot++) {
            if (bySlot[slot] == null) {
                gaps.add(slot);
            }
        }
    }

    /** Uses nothing again that there is, and leaves so many slots behind the last one free. */
    synchronized void skipSlots(int count) {
        nextSlot += count;
        reusableFrom = nextSlot;
        gaps.clear();
    }

    synchronized int readyCount() {
        return ready.size();
    }

    synchronized int poolCount() {
        return ready.size() + unfilled.size();
    }

    synchronized long poolBytes() {
        return ready.stream().mapToLong(Segment::sizeBytes).sum()
                + unfilled.stream().mapToLong(Segment::sizeBytes).sum();
    }

    /** What compaction could give back: what is not live in segments that have ended. */
    long reclaimableBytes() {
        long bytes = 0;
        for (Segment segment : byLife.values()) {
            if (segment.state() != Segment.State.ACTIVE) {
                bytes += segment.sizeBytes() - segment.liveBytes();
            }
        }
        return bytes;
    }

    /** Bytes of all files, pool included. */
    long totalBytes() {
        long bytes = 0;
        for (Segment segment : all()) {
            bytes += segment.sizeBytes();
        }
        return bytes;
    }

    /** Heap taken by what is known of the segments, about. */
    long heapBytes() {
        return 400L * all().size();
    }

    void closeReaders() throws IOException {
        for (Segment segment : all()) {
            segment.closeReader();
        }
    }
}
