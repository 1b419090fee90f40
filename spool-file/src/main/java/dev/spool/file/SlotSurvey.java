package dev.spool.file;

import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.SpoolVersionException;
import dev.spool.engine.io.Disk;
import dev.spool.engine.io.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** What stands in the first block of every segment file of a log. Reads only. */
final class SlotSurvey {

    static final int MAX_SEGMENT_BYTES = 64 << 20;

    /** Stands for the store in a header that was put together from a batch. */
    static final UUID UNKNOWN_STORE = new UUID(0, 0);

    private final Map<Integer, Slot> slots = new TreeMap<>();

    /**
     * A segment file.
     *
     * @param header null if neither copy is intact and no first batch tells, and of a foreign one
     * @param foreign whether an intact header names another store
     */
    record Slot(
            int slot, Path path, long fileBytes, @Nullable SegmentHeader header, boolean foreign) {

        boolean lives() {
            return header != null && header.live();
        }
    }

    /**
     * Of all slots.
     *
     * @param store the store that they belong to, null if that is what is to be found out: the life of a segment of another store, that
     *     somebody put here, is none of this one
     */
    static SlotSurvey of(Disk disk, Path directory, @Nullable UUID store) throws SpoolException {
        return of(disk, directory, store, any -> true);
    }

    /** Of some slots only. */
    static SlotSurvey of(Disk disk, Path directory, @Nullable UUID store, IntPredicate wanted) throws SpoolException {
        SlotSurvey survey = new SlotSurvey();
        try {
            for (Path name : disk.list(directory)) {
                int slot = SegmentFiles.slotOf(name);
                Slot found = slot < 0 || !wanted.test(slot)
                        ? null
                        : read(disk, slot, directory.resolve(String.valueOf(name.getFileName())), store);
                if (found != null) {
                    survey.slots.put(slot, found);
                }
            }
        } catch (IOException e) {
            throw new SpoolIoException(
                    "reading the segments in " + directory + " failed: " + e.getMessage()
                            + "; check the volume and the permissions",
                    e);
        }
        return survey;
    }

    /** Null if it is gone by now: a living owner deletes what it needs no more. */
    private static @Nullable Slot read(Disk disk, int slot, Path path, @Nullable UUID store)
            throws IOException, SpoolException {
        try (DiskFile file = disk.openForReading(path)) {
            ByteBuffer block = ByteBuffer.allocate(Blocks.BYTES);
            file.read(block, 0);
            block.flip();
            String incompatible = SegmentHeader.incompatible(block);
            if (incompatible != null) {
                throw new SpoolVersionException(
                        path.toString(), incompatible, "version " + SegmentHeader.FORMAT_VERSION);
            }
            SegmentHeader header = SegmentHeader.decode(block);
            if (header != null && store != null && !header.storeId().equals(store)) {
                return new Slot(slot, path, file.size(), null, true);
            }
            boolean sane = header != null && header.slot() == slot && sane(header.sizeBytes());
            return new Slot(slot, path, file.size(), sane ? header : toldByFirstBatch(file, slot), false);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /**
     * What the first batch tells of a life whose header is lost: enough to read it. Which store it belongs to it does not say; and
     * whether the life goes on is for the catalogue to decide.
     */
    private static @Nullable SegmentHeader toldByFirstBatch(DiskFile file, int slot) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(Blocks.BYTES);
        file.read(block, Blocks.BYTES);
        BatchHeader first = BatchHeader.decode(block.flip(), 0);
        long size = file.size();
        if (first == null || first.position() != Blocks.BYTES || size > MAX_SEGMENT_BYTES || !sane((int) size)) {
            return null;
        }
        return new SegmentHeader(
                first.log(),
                true,
                first.stream(),
                false,
                false,
                slot,
                first.life(),
                first.salt(),
                UNKNOWN_STORE,
                first.epoch(),
                (int) size,
                0,
                first.number(),
                0,
                0);
    }

    private static boolean sane(int sizeBytes) {
        return sizeBytes >= 4 * Blocks.BYTES && sizeBytes <= MAX_SEGMENT_BYTES && sizeBytes % Blocks.BYTES == 0;
    }

    Iterable<Slot> slots() {
        return slots.values();
    }

    @Nullable
    Slot at(int slot) {
        return slots.get(slot);
    }

    /** Whether the same files stand there with the same lives. */
    boolean sameAs(SlotSurvey other) {
        return slots.equals(other.slots);
    }

    /** Headers of living segments of that stream, the newest life first. */
    List<SegmentHeader> newestFirst(Stream stream) {
        List<SegmentHeader> headers = new ArrayList<>();
        for (Slot slot : slots.values()) {
            if (slot.lives() && slot.header() != null && slot.header().stream() == stream) {
                headers.add(slot.header());
            }
        }
        headers.sort((a, b) -> Long.compare(b.life(), a.life()));
        return headers;
    }
}
