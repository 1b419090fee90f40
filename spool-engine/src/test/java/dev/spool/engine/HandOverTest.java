package dev.spool.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.Drainable;
import dev.spool.Fingerprint;
import dev.spool.Message;
import dev.spool.SpoolDrainingException;
import dev.spool.SpoolException;
import dev.spool.SpoolFencedException;
import dev.spool.SpoolId;
import dev.spool.SpoolInDoubtException;
import dev.spool.SpoolIoException;
import dev.spool.SpoolLockedException;
import dev.spool.SpoolOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class HandOverTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final SpoolId id = SpoolId.next();
    private final Message message = Harness.message(id, 100);

    private static Drainable.Phase phase(Harness harness) {
        return harness.spool().drainable().snapshotState().phase();
    }

    @Test
    void aDrainFinishesWhatWasAcceptedAndRefusesWhatComesAfter() throws SpoolException {
        Harness harness = Harness.stepped();
        List<CompletableFuture<Void>> accepted = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            SpoolId one = SpoolId.next();
            accepted.add(harness.spool().store(one, Harness.message(one, 3 << 20)));
        }
        harness.spool().drainable().drain(LONG);
        harness.steps.callBackAll();
        assertThat(accepted).allMatch(CompletableFuture::isDone).noneMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(phase(harness)).isEqualTo(Drainable.Phase.DRAINED);
        assertThatThrownBy(() -> harness.spool().blocking().store(id, message))
                .isInstanceOf(SpoolDrainingException.class);
        assertThat(harness.spool().blocking().remove(id)).isFalse();
    }

    @Test
    void aStoreThatSlippedPastTheGateIsRefusedByItsLane() throws SpoolException {
        Harness harness = Harness.stepped();
        CommitLane lane = harness.core.lanes().get(0);
        lane.submit(new LaneControl(LaneControl.Kind.DRAIN));
        CompletableFuture<Void> late = harness.spool().store(id, message);
        harness.runUntilIdle();
        assertThat(Harness.failureOf(late)).isInstanceOf(SpoolDrainingException.class);
        assertThat(harness.log().batches).isEmpty();
        assertThat(harness.spool().stats().inFlightBytes()).isZero();
    }

    @Test
    void aSealedLaneRestsThoughItsLogWantedIdleWork() throws SpoolException {
        Harness harness = Harness.stepped();
        CommitLane lane = harness.core.lanes().get(0);
        harness.log().idleNanos = 1;
        harness.spool().blocking().store(id, message);
        lane.idle();
        harness.spool().drainable().seal();
        harness.clock.advance(LONG);
        assertThat(lane.step()).isFalse();
    }

    @Test
    void aSealReleasesTheDirectoryWithTheFingerprintItReports() throws SpoolException {
        Harness harness = Harness.stepped();
        harness.spool().blocking().store(id, message);
        Drainable.SealReport report = harness.spool().drainable().seal();
        assertThat(harness.ownership.released).isEqualTo(report.fingerprint());
        assertThat(harness.ownership.held).isFalse();
        assertThat(harness.log().sealed).isTrue();
        assertThat(harness.spool().drainable().seal()).isSameAs(report);
        assertThat(harness.holds(id, message)).isTrue();
        assertThatThrownBy(() -> harness.spool().blocking().remove(id)).isInstanceOf(SpoolDrainingException.class);
        harness.spool().close();
        assertThat(phase(harness)).isEqualTo(Drainable.Phase.CLOSED);
    }

    @Test
    void resumeOpensAgainFromEveryState() throws SpoolException {
        Harness harness = Harness.stepped();
        Drainable drainable = harness.spool().drainable();
        drainable.resumeAfterAbort();
        drainable.drain(LONG);
        drainable.resumeAfterAbort();
        drainable.resumeAfterAbort();
        harness.spool().blocking().store(id, message);
        drainable.seal();
        drainable.resumeAfterAbort();
        assertThat(harness.ownership.held).isTrue();
        assertThat(phase(harness)).isEqualTo(Drainable.Phase.OPEN);
        assertThat(harness.spool().unhealthyReason()).isNull();
        assertThat(harness.spool().blocking().remove(id)).isTrue();
    }

    @Test
    void aSealThatFailedHalfwayCanBeTriedAgainOrCalledOff() throws SpoolException {
        for (boolean again : new boolean[] {true, false}) {
            Harness harness = Harness.stepped(new FakeBackend(3), SpoolOptions.DEFAULTS);
            FakeLog broken = harness.backend.logs.get(1);
            broken.trouble = (what, records) -> {
                if (what.equals("seal")) {
                    throw new SpoolIoException("no footer");
                }
            };
            assertThatThrownBy(() -> harness.spool().drainable().seal()).isInstanceOf(SpoolInDoubtException.class);
            assertThat(phase(harness)).isEqualTo(Drainable.Phase.SEALING);
            assertThat(harness.ownership.held).isTrue();
            assertThat(harness.backend.logs.get(2).sealed).isTrue();
            broken.trouble = (what, records) -> {};
            if (again) {
                assertThat(harness.spool().drainable().seal().lastRevisions()).hasSize(3);
                assertThat(broken.recoveries).hasSize(1);
            } else {
                harness.spool().drainable().resumeAfterAbort();
                for (int i = 0; i < 20; i++) {
                    assertThat(harness.spool().blocking().remove(SpoolId.next()))
                            .isFalse();
                }
            }
        }
    }

    @Test
    void aResumeIsRefusedWhileAnotherOwnsAndFencedAfterwards() throws SpoolException {
        Harness harness = Harness.stepped();
        harness.spool().drainable().seal();
        harness.ownership.lockedByOther = true;
        assertThatThrownBy(() -> harness.spool().drainable().resumeAfterAbort())
                .isInstanceOf(SpoolLockedException.class);
        harness.ownership.lockedByOther = false;
        harness.ownership.mine = false;
        assertThatThrownBy(() -> harness.spool().drainable().resumeAfterAbort())
                .isInstanceOf(SpoolFencedException.class);
        assertThatThrownBy(() -> harness.spool().blocking().store(id, message))
                .isInstanceOf(SpoolFencedException.class);
        harness.spool().close();
    }

    @Test
    void onceTheEpochHasMovedNothingIsAcknowledgedAnyMore() throws SpoolException {
        Harness harness = Harness.stepped();
        harness.ownership.mine = false;
        CompletableFuture<Void> joined = harness.spool().store(id, message);
        CompletableFuture<Boolean> follower = harness.spool().updateEnvelope(id, ByteBuffer.allocate(1));
        harness.runUntilIdle();
        assertThat(Harness.failureOf(joined)).isInstanceOf(SpoolFencedException.class);
        assertThat(Harness.failureOf(follower)).isInstanceOf(SpoolFencedException.class);
        assertThat(harness.log().published).isEmpty();
        assertThat(harness.spool().stats().inFlightBytes()).isZero();
        harness.ownership.mine = true;
        assertThatThrownBy(() -> harness.spool().blocking().remove(id)).isInstanceOf(SpoolFencedException.class);
        assertThat(harness.core.maintenance()).allMatch(MaintenanceLoop::isResting);
        Fingerprint before = harness.ownership.released;
        harness.spool().close();
        assertThat(harness.ownership.released).isEqualTo(before);
        assertThat(harness.ownership.held).isFalse();
    }

    @Test
    void aCloseWithAFailingLogLetsGoOfTheLockWithoutACleanEnd() throws SpoolException {
        Harness harness = Harness.stepped();
        harness.spool().blocking().store(id, message);
        harness.log().trouble = (what, records) -> {
            throw new SpoolIoException("the disk is gone");
        };
        assertThatThrownBy(() -> harness.spool().close())
                .isInstanceOf(SpoolException.class)
                .hasMessageContaining("the disk is gone");
        assertThatThrownBy(() -> harness.spool().close()).isInstanceOf(SpoolException.class);
        assertThat(harness.ownership.released).isNull();
        assertThat(harness.ownership.held).isFalse();
        assertThat(harness.backend.closed).isTrue();
        assertThatThrownBy(() -> harness.spool().store(id, message)).isInstanceOf(IllegalStateException.class);
        assertThat(harness.spool().stats().entries()).isEqualTo(1);
    }

    @Test
    void maintenanceRestsWhileSealedAndGoesOnAfterAResume() throws SpoolException {
        FakeBackend backend = new FakeBackend(1);
        int[] steps = new int[1];
        backend.maintenance.add(new dev.spool.engine.spi.MaintenanceStep() {
            @Override
            public String name() {
                return "fill";
            }

            @Override
            public long step() {
                steps[0]++;
                return Long.MAX_VALUE;
            }
        });
        Harness harness = Harness.stepped(backend, SpoolOptions.DEFAULTS);
        harness.runUntilIdle();
        assertThat(steps[0]).isEqualTo(1);
        harness.spool().blocking().cleanup();
        assertThat(steps[0]).isEqualTo(2);
        harness.spool().drainable().seal();
        harness.spool().blocking().cleanup();
        harness.runUntilIdle();
        assertThat(steps[0]).isEqualTo(2);
        harness.spool().drainable().resumeAfterAbort();
        harness.runUntilIdle();
        assertThat(steps[0]).isEqualTo(3);
        backend.compactRounds = 4;
        harness.spool().blocking().compact();
        assertThat(backend.compactRounds).isZero();
    }
}
