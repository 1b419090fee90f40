package dev.spool.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.SpoolIoException;
import dev.spool.engine.spi.MaintenanceStep;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class MaintenanceLoopTest {

    private final ManualClock clock = new ManualClock();
    private int steps;
    private boolean failing = true;

    private final MaintenanceLoop loop = new MaintenanceLoop(
            new MaintenanceStep() {
                @Override
                public String name() {
                    return "step";
                }

                @Override
                public long step() throws SpoolIoException {
                    steps++;
                    loop().wake(); // what it does wakes everybody
                    if (failing) {
                        throw new SpoolIoException("the disk failed");
                    }
                    return Long.MAX_VALUE;
                }
            },
            clock,
            new Completions(clock, new EngineMetrics(null), Runnable::run, null, null));

    private MaintenanceLoop loop() {
        return loop;
    }

    @Test
    void aStepThatFailedIsLeftAloneForAWhileWhoeverWakesIt() {
        loop.turn();
        assertThat(loop.isResting()).isTrue();
        loop.turn();
        assertThat(steps).isEqualTo(1);
        clock.advance(Duration.ofSeconds(1));
        failing = false;
        assertThat(loop.isResting()).isFalse();
        loop.turn();
        assertThat(steps).isEqualTo(2);
    }

    @Test
    void aStepThatWorkedIsWokenAtOnce() {
        failing = false;
        loop.turn();
        loop.turn();
        assertThat(steps).isEqualTo(2);
    }

    @Test
    void whoAsksForARoundGetsItRightAfterAFailureToo() {
        loop.turn();
        failing = false;
        CompletableFuture<Void> round = loop.round();
        loop.turn();
        assertThat(steps).isEqualTo(2);
        assertThat(round).isCompleted();
    }
}
