package dev.spool.file;

import dev.spool.engine.record.RecordHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The killers in a segment that must outlive it: all that name a record of another segment whose life goes on. Dead and live
 * records, removes and lists alike are asked; whatever kills turns into a {@link KillList}.
 */
final class CarriedKillers {

    private final SegmentFiles files;
    private final Map<Long, List<Integer>> byOperation = new TreeMap<>();
    private final Map<Long, List<Integer>> byCopy = new TreeMap<>();
    private boolean damaged;

    private CarriedKillers(SegmentFiles files) {
        this.files = files;
    }

    static CarriedKillers of(SegmentFiles files, Segment victim, ByteBuffer descriptors) {
        CarriedKillers carried = new CarriedKillers(files);
        DescriptorCursor cursor = new DescriptorCursor(descriptors);
        int unreadable = 0;
        int read = 0;
        while (cursor.next()) {
            if (cursor.type() == FileRecord.KILLS) {
                ByteBuffer payload = LogHistory.payload(victim, cursor);
                KillList list = payload == null ? null : KillList.decode(payload);
                unreadable += list == null ? 1 : 0;
                read += list == null ? 0 : 1;
                if (list != null) {
                    for (int offset : list.offsets()) {
                        carried.add(victim, list.life(), offset, list.byCopy());
                    }
                }
            } else if (cursor.hasExtensions()) {
                carried.addTargets(victim, cursor);
            }
        }
        carried.damaged |= unreadable > 0 && unreadable >= read;
        return carried;
    }

    /** Whether a killer could not be read, so that the segment must stay. */
    boolean damaged() {
        return damaged;
    }

    private void addTargets(Segment victim, DescriptorCursor cursor) {
        Descriptor descriptor = cursor.descriptor();
        if (descriptor == null) {
            damaged = true;
            return;
        }
        boolean copy = (descriptor.header().flags() & RecordHeader.FLAG_RELOCATED) != 0;
        for (Links.Link target : Links.targets(descriptor.header().extensions())) {
            add(victim, target.life(), target.offset(), copy);
        }
    }

    private void add(Segment victim, long life, int offset, boolean copy) {
        if (life != victim.life() && files.ofLife(life) != null) {
            (copy ? byCopy : byOperation)
                    .computeIfAbsent(life, any -> new ArrayList<>())
                    .add(offset);
        }
    }

    List<KillList> lists() {
        List<KillList> lists = new ArrayList<>();
        byOperation.forEach((life, offsets) -> split(lists, life, false, offsets));
        byCopy.forEach((life, offsets) -> split(lists, life, true, offsets));
        return lists;
    }

    private static void split(List<KillList> lists, long life, boolean copied, List<Integer> offsets) {
        int[] distinct =
                offsets.stream().mapToInt(Integer::intValue).sorted().distinct().toArray();
        for (int from = 0; from < distinct.length; from += KillList.MAX) {
            lists.add(new KillList(
                    life, copied, Arrays.copyOfRange(distinct, from, Math.min(distinct.length, from + KillList.MAX))));
        }
    }
}
