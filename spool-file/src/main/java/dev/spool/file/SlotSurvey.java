package dev.spool.file;

import dev.spool.SpoolException;
import dev.spool.SpoolIoException;
import dev.spool.SpoolVersionException;
import dev.spool.engine.io.Disk;
import dev.spool.engine.io.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What stands in the first block of every segment file of a log. Reads only. */
final class SlotSurvey {

    static final int MAX_SEGMENT_BYTES = 64 << 20;

    private final Map<Integer, Slot> slots = new TreeMap<>();

    /**
     * A segment file.
     *
     * @param header null if neither copy is intact
     */
    record Slot(
            int slot, Path path, long fileBytes, @Nullable SegmentHeader header) {

        boolean lives() {
            return header != null && header.live();
        }
    }

    static SlotSurvey of(Disk disk, Path directory) throws SpoolException {
        SlotSurvey survey = new SlotSurvey();
        try {
            for (Path name : disk.list(directory)) {
                int slot = SegmentFiles.slotOf(name);
                if (slot >= 0) {
                    survey.slots.put(slot, read(disk, slot, directory.resolve(String.valueOf(name.getFileName()))));
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

    private static Slot read(Disk disk, int slot, Path path) throws IOException, SpoolException {
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
            boolean sane = header != null && header.slot() == slot && sane(header.sizeBytes());
            return new Slot(slot, path, file.size(), sane ? header : null);
        }
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
