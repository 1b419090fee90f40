package dev.spool.file;

import dev.spool.SpoolIoException;
import dev.spool.engine.record.RecordHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The killers in segments that must outlive them: all that name a record of another segment whose life goes on. Dead and live
 * records, removes and lists alike are asked; whatever kills turns into a {@link KillList}, those of all victims of a round together.
 */
final class CarriedKillers {

    /** What a list takes without its offsets. */
    private static final int LIST_BYTES = RecordHeader.BYTES + KillList.FIXED_BYTES + 2 * Descriptor.MIN_BYTES;

    private final SegmentFiles files;
    private final Map<Long, List<Integer>> byOperation = new TreeMap<>();
    private final Map<Long, List<Integer>> byCopy = new TreeMap<>();

    CarriedKillers(SegmentFiles files) {
        this.files = files;
    }

    /**
     * Gathers those of one more segment.
     *
     * @return false if a killer is damaged, so that the segment must stay
     */
    boolean gather(Segment victim, ByteBuffer descriptors) throws SpoolIoException {
        KillListCopies lists = new KillListCopies();
        DescriptorCursor cursor = new DescriptorCursor(descriptors);
        boolean readable = true;
        while (cursor.next()) {
            if (cursor.type() == FileRecord.KILLS) {
                ByteBuffer payload = LogHistory.payload(victim, cursor);
                KillList list = payload == null ? null : KillList.decode(payload);
                lists.found(victim, cursor, list != null);
                if (list != null) {
                    for (int offset : list.offsets()) {
                        add(victim, list.life(), offset, list.byCopy());
                    }
                }
            } else if (cursor.hasLinks()) {
                readable &= addTargets(victim, cursor);
            }
        }
        byOperation.replaceAll((life, offsets) -> distinct(offsets)); // lists stand twice
        byCopy.replaceAll((life, offsets) -> distinct(offsets));
        return readable && !lists.anyLost();
    }

    private static List<Integer> distinct(List<Integer> offsets) {
        return new ArrayList<>(new TreeSet<>(offsets));
    }

    private boolean addTargets(Segment victim, DescriptorCursor cursor) {
        Descriptor descriptor = cursor.descriptor();
        if (descriptor == null) {
            return false;
        }
        boolean copy = (descriptor.header().flags() & RecordHeader.FLAG_RELOCATED) != 0;
        for (Links.Link target : Links.targets(descriptor.header().extensions())) {
            add(victim, target.life(), target.offset(), copy);
        }
        return true;
    }

    private void add(Segment victim, long life, int offset, boolean copy) {
        if (life != victim.life() && files.ofLife(life) != null) {
            (copy ? byCopy : byOperation)
                    .computeIfAbsent(life, any -> new ArrayList<>())
                    .add(offset);
        }
    }

    /** Adds those of another segment. */
    void addAll(CarriedKillers others) {
        others.byOperation.forEach((life, offsets) ->
                byOperation.computeIfAbsent(life, any -> new ArrayList<>()).addAll(offsets));
        others.byCopy.forEach((life, offsets) ->
                byCopy.computeIfAbsent(life, any -> new ArrayList<>()).addAll(offsets));
    }

    /** What they take beside others where they are carried to, about: records, directories and their part of the footer, all twice. */
    long bytesBeside(CarriedKillers others) {
        return 2 * (bytesBeside(byOperation, others.byOperation) + bytesBeside(byCopy, others.byCopy));
    }

    private static long bytesBeside(Map<Long, List<Integer>> killers, Map<Long, List<Integer>> others) {
        long bytes = 0;
        for (Map.Entry<Long, List<Integer>> list : killers.entrySet()) {
            bytes += KillList.OFFSET_BYTES * (long) list.getValue().size();
            bytes += others.containsKey(list.getKey()) ? 0 : LIST_BYTES;
        }
        return bytes;
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
