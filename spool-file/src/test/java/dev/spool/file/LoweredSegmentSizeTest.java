package dev.spool.file;

import static dev.spool.file.SickDisk.COMMITTER;
import static dev.spool.file.SickDisk.OPTIONS;
import static dev.spool.file.SickDisk.assertHoldsOnly;
import static dev.spool.file.SickDisk.message;

import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.file.SickDisk.Hold;
import dev.spool.testkit.disk.IoEvent.Kind;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Records larger than a segment may be now, because it might be larger when they were written. */
@Timeout(120)
class LoweredSegmentSizeTest {

    private static final SpoolOptions LARGE = OPTIONS.toBuilder()
            .segmentBytesMin(4 << 20)
            .segmentBytesMax(4 << 20)
            .build();

    private final SickDisk sick = new SickDisk(1);
    private final Map<SpoolId, Message> stored = new LinkedHashMap<>();

    @Test
    void areRecoveredAndCompactedAllTheSame() throws Exception {
        try (Spool spool = sick.open(LARGE)) {
            for (int i = 0; i < 12; i++) {
                SpoolId id = SpoolId.next();
                spool.blocking().store(id, message(id, 400_000));
                if (i % 3 == 0) {
                    stored.put(id, message(id, 400_000));
                } else {
                    spool.blocking().remove(id);
                }
            }
            SpoolId last = SpoolId.next();
            stored.put(last, message(last, 500_000));
            CompletableFuture<Void> acknowledged = spool.store(last, message(last, 500_000));
            acknowledged.join();
            Hold proof = sick.hold(Kind.WRITE, COMMITTER);
            sick.afterPowerCut(found -> {
                assertHoldsOnly(found, stored);
                found.blocking().compact();
                assertHoldsOnly(found, stored);
            });
            proof.letGo();
        }
    }
}
