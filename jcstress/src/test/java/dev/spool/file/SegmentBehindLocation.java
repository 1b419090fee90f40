package dev.spool.file;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.spool.engine.io.SystemDisk;
import java.nio.file.Path;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The segments by slot, which readers look at without a lock: whoever found a place in the index finds the segment, whole, though the
 * array of slots was outgrown for it; and the segments that were there before are there throughout.
 */
@JCStressTest
@Description("a segment in a slot beyond the array of slots, and a place in it: who sees the place sees the segment")
@Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "no place yet, and the segment that was there before")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "a place, its segment, and the one that was there before")
@Outcome(expect = FORBIDDEN, desc = "a place without its segment, or a segment that is not whole")
@State
public class SegmentBehindLocation extends IndexState {

    private static final Path NOWHERE = Path.of("nowhere");
    private static final int FIRST_SLOT = 1;
    private static final int SLOT_BEYOND = 16;

    private final SegmentFiles files = new SegmentFiles(SystemDisk.INSTANCE, NOWHERE, 0);

    public SegmentBehindLocation() {
        files.add(FIRST_SLOT, 4096);
    }

    @Actor
    public void commit() {
        files.add(SLOT_BEYOND, 4096);
        put(0, Location.of(SLOT_BEYOND, 4096, 64));
    }

    @Actor
    public void look(II_Result found) {
        long location = get(0);
        found.r1 = location == Location.NONE ? 0 : whole(Location.slot(location));
        found.r2 = whole(FIRST_SLOT);
    }

    private int whole(int slot) {
        Segment segment = files.inSlot(slot);
        return segment != null && segment.state() == Segment.State.FREE && segment.sizeBytes() == 4096 ? 1 : -1;
    }
}
