package dev.spool.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.CheckReport;
import dev.spool.Finding;
import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.SpoolProvider;
import dev.spool.engine.io.SystemDisk;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A segment file that is gone is reported as damage once; repair accepts the loss, and what is left is clean. */
class MissingSegmentRepairTest {

    private static final SpoolOptions OPTIONS = SpoolOptions.builder()
            .segmentBytesMin(64 << 10)
            .segmentBytesMax(64 << 10)
            .build();

    @TempDir
    Path directory;

    private final SpoolProvider provider = new FileSpoolProvider();

    @Test
    void repairAcceptsTheLossOfAMissingSegment() throws Exception {
        List<SpoolId> ids = new ArrayList<>();
        try (Spool spool = provider.open(directory, OPTIONS)) {
            for (int i = 0; i < 60; i++) {
                SpoolId id = SpoolId.next();
                ids.add(id);
                spool.blocking().store(id, Message.of(ByteBuffer.wrap(new byte[3000])));
            }
        }
        Files.delete(fullestSegment());
        List<Finding> found = new ArrayList<>();
        assertThat(provider.check(directory, OPTIONS, found::add).damaged()).isPositive();
        assertThat(found).anyMatch(finding -> finding.kind().equals("missing-segment"));

        assertThat(provider.repair(directory, OPTIONS, finding -> {}).repaired())
                .isTrue();

        CheckReport after = provider.check(directory, OPTIONS, finding -> {});
        assertThat(after.damaged()).isZero();
        try (Spool spool = provider.open(directory, OPTIONS)) {
            long left = 0;
            for (SpoolId id : ids) {
                left += spool.blocking().load(id).isPresent() ? 1 : 0;
            }
            assertThat(left).isEqualTo(after.entries()).isBetween(1L, 59L);
        }
    }

    private Path fullestSegment() throws Exception {
        LoadedLog log = new LogLoader(SystemDisk.INSTANCE, directory, 0, null, ByteBuffer.allocate(0)).load();
        try {
            return log.files().living().stream()
                    .max(Comparator.comparingLong(Segment::liveBytes))
                    .orElseThrow()
                    .path();
        } finally {
            log.files().closeReaders();
        }
    }
}
