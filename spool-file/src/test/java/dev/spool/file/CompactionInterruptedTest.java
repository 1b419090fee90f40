package dev.spool.file;

import static dev.spool.file.DrivenLog.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.SpoolId;
import dev.spool.SpoolMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A round of compaction that ends, anywhere, in an exception nobody provides for leaves no copy behind that comes back to life. */
class CompactionInterruptedTest {

    private static final int MESSAGES = 300;
    private static final int TOGETHER = 45;

    private int callsLeft;
    private DrivenLog driven;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8})
    void losesNothingAndBringsNothingBack(int turnsAfter) throws Exception {
        int call = 1;
        while (interrupted(call, turnsAfter)) {
            call++;
        }
        assertThat(call).as("places where a round was interrupted").isGreaterThan(6);
    }

    /** Interrupts the first round at its nth look at the clock; false if there were fewer. */
    private boolean interrupted(int call, int turnsAfter) throws Exception {
        driven = new DrivenLog(new SpoolMetrics() {});
        scatter();
        boolean thrown = false;
        callsLeft = call;
        driven.onClock = this::called;
        try {
            driven.compactor().step();
        } catch (IllegalStateException expected) {
            thrown = true;
        }
        driven.onClock = () -> {};
        driven.commitNothing();
        for (int i = 0; i < turnsAfter; i++) {
            driven.clock.advance(Duration.ofSeconds(5));
            driven.compactor().step();
            driven.commitNothing();
        }
        for (int i = 0; i < MESSAGES; i++) {
            boolean lives = i % 4 == 0;
            assertThat(driven.log().read(id(i), true) != null)
                    .as("message " + i)
                    .isEqualTo(lives);
        }
        for (int i = 0; i < MESSAGES; i += 4) {
            driven.remove(id(i));
        }
        driven.reopen();
        assertThat(driven.log().index().size())
                .as("what came back after call %d", call)
                .isZero();
        return thrown;
    }

    private void called() {
        callsLeft--;
        if (callsLeft == 0) {
            throw new IllegalStateException("as a bug would");
        }
    }

    /** Leaves a quarter of every segment alive. */
    private void scatter() throws Exception {
        for (int i = 0; i < MESSAGES; i++) {
            driven.store(id(i));
        }
        List<SpoolId> removed = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            if (i % 4 > 0) {
                removed.add(id(i));
            }
        }
        for (int i = 0; i < removed.size(); i += TOGETHER) {
            driven.removeAll(removed.subList(i, Math.min(removed.size(), i + TOGETHER)));
        }
        driven.commitNothing();
    }
}
