package dev.spool.file;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Tells whether of each list of dead records, which is written twice, one copy at least can be read. The two have the same life of
 * a victim, length and checksum. A copy that stands alone is not needed: the segment of the other one is gone, and took the list
 * along into a new one before.
 */
final class KillListCopies {

    private final Map<Key, String> damaged = new HashMap<>();
    private final Set<Key> damagedTwice = new HashSet<>();
    private final Set<Key> intact = new HashSet<>();

    private record Key(long victimLife, int bytes, int crc) {}

    /** Takes note of one copy; its descriptor is where the cursor stands. */
    void found(Segment segment, DescriptorCursor cursor, boolean readable) {
        Descriptor descriptor = cursor.descriptor();
        if (descriptor == null) {
            return;
        }
        Key key = new Key(
                descriptor.header().birthRevision(),
                descriptor.header().partBytes(),
                descriptor.header().partCrc());
        if (readable) {
            intact.add(key);
        } else if (damaged.put(key, segment.at(descriptor.offset())) != null) {
            damagedTwice.add(key);
        }
    }

    /** Whether of any list no copy can be read. */
    boolean anyLost() {
        return damagedTwice.stream().anyMatch(key -> !intact.contains(key));
    }

    /** Reports the lists of which no copy can be read. */
    void reportLost(LostRanges lost) {
        damaged.forEach((key, where) -> {
            if (damagedTwice.contains(key) && !intact.contains(key)) {
                lost.add(
                        "record",
                        where,
                        "no copy of a list of dead records is intact; messages that were removed may be back");
            }
        });
    }
}
