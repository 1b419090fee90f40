package dev.spool.file;

import static dev.spool.file.DrivenLog.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.SpoolMetrics;
import org.junit.jupiter.api.Test;

/** The epoch file knows the newest segment as soon as something in it is known to be durable. */
class NewestSegmentTest {

    @Test
    void isToldWithTheSyncThatWasDeferred() throws Exception {
        DrivenLog driven = new DrivenLog(new SpoolMetrics() {});
        driven.store(id(0));
        long first = driven.newestLife();
        assertThat(driven.newestLifeTold()).isEqualTo(first);
        for (int i = 1; driven.newestLife() == first; i++) {
            driven.storeUnsynced(id(i));
        }
        driven.log().sync().toCompletableFuture().join();
        assertThat(driven.newestLifeTold()).isEqualTo(driven.newestLife());
    }
}
