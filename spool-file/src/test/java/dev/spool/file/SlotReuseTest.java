package dev.spool.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.engine.io.SystemDisk;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Slots are given out again: a log never runs out of them while few files are there. */
class SlotReuseTest {

    private final SegmentFiles files = new SegmentFiles(SystemDisk.INSTANCE, Path.of("spool"), 0);

    @Test
    void givesTheLowestFreeSlotFirst() throws Exception {
        Segment first = files.addNew(65536);
        Segment second = files.addNew(65536);
        files.forget(second);
        files.forget(first);
        assertThat(files.addNew(65536).slot()).isEqualTo(first.slot());
        assertThat(files.addNew(65536).slot()).isEqualTo(second.slot());
        assertThat(files.addNew(65536).slot()).isEqualTo(second.slot() + 1);
    }

    @Test
    void neverGivesTheSlotOfAFileThatFailedAgain() throws Exception {
        Segment failed = files.addNew(65536);
        failed.poison();
        files.forget(failed);
        assertThat(files.addNew(65536).slot()).isNotEqualTo(failed.slot());
    }

    @Test
    void leavesEverySlotThatAnOwnerBeforeMayKnow() throws Exception {
        Segment inherited = files.addNew(65536);
        files.skipSlots(256);
        files.forget(inherited);
        assertThat(files.addNew(65536).slot()).isGreaterThan(inherited.slot() + 256);
        assertThat(files.mayReuse(inherited)).isFalse();
    }
}
