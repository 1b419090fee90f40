package dev.spool.file;

import dev.spool.engine.spi.LogScan;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Places whose damage cannot be told message by message: a missing segment, a batch of which no descriptor is left. Every scan
 * tells of them at its end, and is not complete.
 */
final class LostRanges {

    private final List<LogScan.Damage> ranges = new CopyOnWriteArrayList<>();
    private final List<LogScan.Damage> hints = new CopyOnWriteArrayList<>();

    void add(String where, String why) {
        ranges.add(new LogScan.Damage(where, why));
    }

    /** Damage that cost nothing: what was there stands elsewhere too. */
    void note(String where, String why) {
        hints.add(new LogScan.Damage(where, why));
    }

    List<LogScan.Damage> hints() {
        return hints;
    }

    List<LogScan.Damage> all() {
        return ranges;
    }

    /** Why a scan cannot be complete; empty if it can. */
    String summary() {
        return ranges.isEmpty()
                ? ""
                : ranges.size() + " damaged places hold messages that are not known any more, the first at "
                        + ranges.get(0).where();
    }
}
