package dev.spool.file;

import dev.spool.engine.spi.LogScan;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Places whose damage cannot be told message by message: a missing segment, a batch of which no descriptor is left. Every scan
 * tells of them at its end, and is not complete.
 */
final class LostRanges {

    private final List<Lost> ranges = new CopyOnWriteArrayList<>();

    /**
     * A damaged place.
     *
     * @param kind a word for what stood there, as in a {@link dev.spool.Finding}
     * @param where path and offset, as {@link Segment#at} writes it
     */
    record Lost(String kind, String where, String why) {}

    void add(String kind, String where, String why) {
        ranges.add(new Lost(kind, where, why));
    }

    List<Lost> places() {
        return ranges;
    }

    List<LogScan.Damage> all() {
        return ranges.stream()
                .map(place -> new LogScan.Damage(place.where(), place.why()))
                .toList();
    }

    /** Why a scan cannot be complete; empty if it can. */
    String summary() {
        return ranges.isEmpty()
                ? ""
                : ranges.size() + " damaged places hold messages that are not known any more, the first at "
                        + ranges.get(0).where();
    }
}
