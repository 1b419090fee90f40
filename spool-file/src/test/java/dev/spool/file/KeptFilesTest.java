package dev.spool.file;

import static dev.spool.file.DrivenLog.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.SpoolId;
import dev.spool.SpoolMetrics;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Files of dead segments are kept to be used again: as many as suit what the spool holds now, not what it held once. */
class KeptFilesTest {

    private static final int MESSAGES = 12_000;

    @Test
    void aSpoolThatHasShrunkKeepsFew() throws Exception {
        DrivenLog driven = new DrivenLog(new SpoolMetrics() {}, 256 << 10);
        List<SpoolId> ids = IntStream.range(0, MESSAGES).mapToObj(DrivenLog::id).toList();
        for (int i = 0; i < MESSAGES; i += 12) {
            driven.storeAll(ids.subList(i, i + 12));
        }
        int most = 0;
        for (int i = 0; i < MESSAGES; i += 60) {
            driven.removeAll(ids.subList(i, i + 60));
            turn(driven);
            most = Math.max(most, driven.log().files().poolCount());
        }
        assertThat(most).as("while there was much").isGreaterThan(4);
        for (int i = 0; i < 2 * most; i++) {
            driven.clock.advance(Duration.ofSeconds(1));
            turn(driven);
        }
        assertThat(driven.log().files().poolCount()).isBetween(1, 4);
        driven.store(id(MESSAGES));
        driven.reopen();
        assertThat(driven.log().read(id(MESSAGES), true)).isNotNull();
    }

    private static void turn(DrivenLog driven) throws Exception {
        driven.compactor().step();
        driven.commitNothing();
        driven.compactor().step();
    }
}
