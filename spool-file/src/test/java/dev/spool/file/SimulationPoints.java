package dev.spool.file;

import dev.spool.SpoolException;
import dev.spool.testkit.disk.PowerCut;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Counts what simulations went through, so that a run that never came to the point can be told. */
final class SimulationPoints {

    /** Methods in which a crash is counted, and what the point is called. */
    static final Map<String, String> CRASHES = Map.ofEntries(
            Map.entry("FileLog.commit", "commit"),
            Map.entry("FileLog.roll", "roll"),
            Map.entry("StreamWriter.writeFooter", "seal"),
            Map.entry("FileLog.writeName", "naming"),
            Map.entry("LogRecovery.run", "recovery"),
            Map.entry("Filler.fill", "fill"),
            Map.entry("ColdStream.flush", "copying"),
            Map.entry("Compactor.free", "recycling"),
            Map.entry("SegmentSupply.take", "new segment"),
            Map.entry("FileLog.idle", "proof"));

    /** What the backend's own records stand for. */
    static final Map<Byte, String> RECORDS = Map.of(
            FileRecord.RETIRE, "retired segment",
            FileRecord.KILL, "lost swap",
            FileRecord.KILLS, "killer carried");

    private final Map<String, Integer> hits;

    SimulationPoints(Map<String, Integer> hits) {
        this.hits = hits;
    }

    void count(String point) {
        hits.merge(point, 1, Integer::sum);
    }

    /** Names the point at which the power went by the code it interrupted. */
    void crash(PowerCut cut) {
        Set<String> methods = new HashSet<>();
        for (StackTraceElement frame : cut.getStackTrace()) {
            methods.add(frame.getClassName().replaceAll(".*\\.", "") + "." + frame.getMethodName());
        }
        CRASHES.forEach((method, point) -> {
            if (methods.contains(method)) {
                count("crash in " + point);
            }
        });
    }

    /** Counts what the backend itself has left on disk: which of its own mechanisms a run went through. */
    void records(FileLog log) throws SpoolException {
        for (Segment segment : log.files().living()) {
            DescriptorCursor cursor = new DescriptorCursor(
                    SegmentContents.read(segment, segment.header(), null).descriptors());
            while (cursor.next()) {
                String point = RECORDS.get(cursor.type());
                if (point != null) {
                    count(point);
                }
            }
            if (segment.state() == Segment.State.CUT) {
                count("cut");
            }
        }
    }
}
