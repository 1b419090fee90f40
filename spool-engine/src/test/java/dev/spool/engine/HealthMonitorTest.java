package dev.spool.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Health;
import dev.spool.Health.Cause;
import dev.spool.Health.State;
import dev.spool.SpoolMetrics;
import dev.spool.engine.spi.Backend.Space;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HealthMonitorTest {

    private final ManualClock clock = new ManualClock();
    private final List<Cause> told = new ArrayList<>();
    private final HealthMonitor health = new HealthMonitor(
            clock,
            new EngineMetrics(new SpoolMetrics() {
                @Override
                public void healthChanged(Health changed) {
                    told.add(changed.cause());
                }
            }),
            Duration.ofSeconds(1));

    @Test
    void theGravestCauseIsTheStateAndTheNextOneFollows() {
        health.damage().met(null, "a place", "a bad record");
        health.damage().met(null, "a place", "a bad record");
        assertThat(health.health().state()).isEqualTo(State.DEGRADED);
        assertThat(health.reason()).isNull();
        health.space(Space.FULL);
        health.syncFailed(0, "EIO");
        health.phase(Cause.DRAINING, "draining");
        assertThat(health.cause()).isEqualTo(Cause.DRAINING);
        health.phase(Cause.NONE, "");
        assertThat(health.cause()).isEqualTo(Cause.SYNC_FAILED);
        clock.advance(Duration.ofSeconds(1));
        health.syncWorked(0);
        assertThat(health.cause()).isEqualTo(Cause.FULL);
        health.space(Space.ENOUGH);
        assertThat(health.cause()).isEqualTo(Cause.CORRUPTION);
        assertThat(health.health().corruptMessages()).isEqualTo(1);
        assertThat(told)
                .containsExactly(
                        Cause.CORRUPTION,
                        Cause.FULL,
                        Cause.SYNC_FAILED,
                        Cause.DRAINING,
                        Cause.SYNC_FAILED,
                        Cause.FULL,
                        Cause.CORRUPTION);
    }

    @Test
    void aFailedSyncEndsOnlyWhenEveryShardThatFailedHasWorkedAgain() {
        health.syncFailed(1, "EIO");
        health.syncFailed(5, "EIO");
        clock.advance(Duration.ofSeconds(1));
        health.syncWorked(0);
        health.syncWorked(5);
        assertThat(health.isSick(1)).isTrue();
        assertThat(health.isSick(5)).isFalse();
        assertThat(health.cause()).isEqualTo(Cause.SYNC_FAILED);
        health.syncWorked(1);
        assertThat(health.cause()).isEqualTo(Cause.NONE);
    }

    @Test
    void aSuccessRightAfterAFailureIsNotYetHealth() {
        health.syncFailed(0, "EIO");
        clock.advance(Duration.ofMillis(999));
        health.syncWorked(0);
        assertThat(health.cause()).isEqualTo(Cause.SYNC_FAILED);
        clock.advance(Duration.ofMillis(1));
        health.syncWorked(0);
        assertThat(health.cause()).isEqualTo(Cause.NONE);
    }

    @Test
    void spaceThatComesAndGoesDoesNotMakeTheStateFlap() {
        for (int i = 0; i < 10; i++) {
            health.space(Space.LOW);
            clock.advance(Duration.ofMillis(500));
            health.space(Space.ENOUGH);
            assertThat(health.cause()).isEqualTo(Cause.FULL_SOFT);
        }
        clock.advance(Duration.ofMillis(500));
        health.space(Space.ENOUGH);
        assertThat(health.cause()).isEqualTo(Cause.NONE);
        assertThat(told).containsExactly(Cause.FULL_SOFT, Cause.NONE);
    }

    @Test
    void theStateTellsSinceWhenItIsSo() {
        health.syncFailed(0, "first");
        var since = health.health().since();
        clock.advance(Duration.ofSeconds(10));
        health.syncFailed(0, "second");
        assertThat(health.health().since()).isEqualTo(since);
        assertThat(health.health().detail()).isEqualTo("second");
    }
}
