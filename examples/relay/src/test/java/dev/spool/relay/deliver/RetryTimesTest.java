package dev.spool.relay.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.relay.envelope.Envelope;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a delivery is tried again. */
class RetryTimesTest {

    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final RetryTimes TIMES =
            new RetryTimes(Duration.ofMinutes(1), Duration.ofMinutes(5), Duration.ofHours(1));

    private static Envelope after(int attempts) {
        return new Envelope(NOW, "a@example.org", attempts, NOW, List.of("b@example.net"));
    }

    @Test
    void thePauseDoublesUpToTheLongest() {
        for (int[] expected : new int[][] {{0, 1}, {1, 2}, {2, 4}, {3, 5}, {1000, 5}}) {
            assertThat(TIMES.after(after(expected[0]), NOW)).contains(NOW.plus(Duration.ofMinutes(expected[1])));
        }
    }

    @Test
    void givesUpWhenTheNextAttemptWouldComeTooLate() {
        assertThat(TIMES.after(after(0), NOW.plus(Duration.ofMinutes(59)))).isPresent();
        assertThat(TIMES.after(after(0), NOW.plus(Duration.ofMinutes(60)))).isEmpty();
    }
}
