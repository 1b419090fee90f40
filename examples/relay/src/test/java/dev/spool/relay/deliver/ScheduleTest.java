package dev.spool.relay.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.SpoolId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Who is due when, and who waits for what. */
class ScheduleTest {

    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

    private final Schedule schedule = new Schedule(InstantSource.fixed(NOW));

    private CompletableFuture<SpoolId> take() {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return schedule.take();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void givesOutTheEarliestFirstAndNothingThatIsNotDue() throws Exception {
        SpoolId late = SpoolId.next();
        SpoolId early = SpoolId.next();
        schedule.add(late, NOW);
        schedule.add(SpoolId.next(), NOW.plusSeconds(1));
        schedule.add(early, NOW.minusSeconds(1));
        assertThat(schedule.take()).isEqualTo(early);
        assertThat(schedule.take()).isEqualTo(late);
        assertThat(schedule.waiting()).isEqualTo(1);
    }

    @Test
    void givesNothingOutWhilePausedAndGoesOnAfterwards() throws Exception {
        schedule.pause();
        SpoolId id = SpoolId.next();
        CompletableFuture<SpoolId> taken = take();
        schedule.add(id, NOW);
        assertThat(schedule.awaitNoneTaken(Duration.ZERO)).isTrue();
        assertThat(taken).isNotDone();
        schedule.resume();
        assertThat(taken.join()).isEqualTo(id);
        assertThat(schedule.awaitNoneTaken(Duration.ZERO)).isFalse();
        schedule.done();
        assertThat(schedule.awaitNoneTaken(Duration.ZERO)).isTrue();
    }

    @Test
    void everybodyLearnsOfTheEnd() throws Exception {
        CompletableFuture<SpoolId> one = take();
        CompletableFuture<SpoolId> other = take();
        schedule.finish();
        assertThat(one.join()).isNull();
        assertThat(other.join()).isNull();
        assertThat(schedule.awaitResumed()).isFalse();
    }
}
