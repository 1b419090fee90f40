package dev.spool.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Message;
import dev.spool.SpoolDrainingException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.engine.record.RecordType;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CommitLaneTest {

    @Test
    void storesLoadsAndRemoves() throws SpoolException {
        Harness harness = Harness.stepped();
        SpoolId id = SpoolId.next();
        Message message = Harness.message(id, 4000).withEnvelope(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        harness.spool().blocking().store(id, message);
        assertThat(harness.holds(id, message)).isTrue();
        assertThat(harness.spool().stats().entries()).isEqualTo(1);
        assertThat(harness.spool().stats().inFlightBytes()).isZero();
        assertThat(harness.spool().blocking().remove(id)).isTrue();
        assertThat(harness.spool().blocking().remove(id)).isFalse();
        assertThat(harness.spool().blocking().load(id)).isEmpty();
        assertThat(harness.log().batches).hasSize(2);
        harness.spool().close();
        assertThat(harness.backend.closed).isTrue();
    }

    @Test
    void takesEverythingThatWaitsInOneBatch() throws SpoolException {
        Harness harness = Harness.stepped();
        List<CompletableFuture<Void>> futures = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            SpoolId id = SpoolId.next();
            futures.add(harness.spool().store(id, Harness.message(id, 100)));
        }
        harness.runUntilIdle();
        assertThat(futures).allMatch(CompletableFuture::isDone);
        assertThat(harness.log().batches).hasSize(1);
    }

    @Test
    void splitsALargeMessageAndInterleavesOthers() throws SpoolException {
        Harness harness = Harness.stepped();
        SpoolId large = SpoolId.next();
        Message message = Harness.message(large, (5 << 20) + 17).withEnvelope(ByteBuffer.wrap(new byte[50]));
        CompletableFuture<Void> stored = harness.spool().store(large, message);
        List<CompletableFuture<Void>> small = new ArrayList<>();
        while (!stored.isDone()) {
            SpoolId id = SpoolId.next();
            small.add(harness.spool().store(id, Harness.message(id, 100)));
            harness.steps.turn();
        }
        harness.runUntilIdle();
        assertThat(small).allMatch(CompletableFuture::isDone);
        assertThat(harness.holds(large, message)).isTrue();
        assertThat(harness.log().batches)
                .filteredOn(batch ->
                        batch.records().stream().anyMatch(r -> r.header().type() == RecordType.CHUNK))
                .hasSize(5)
                .allMatch(batch -> batch.records().size() > 1);
    }

    /** The watchdog goes on asking for commits, since health stays bad: that must not keep a thread busy for ever. */
    @Test
    void aLaneThatHasDiedSleepsThoughCommitsAreAskedFor() throws SpoolException {
        Harness harness = Harness.stepped();
        CommitLane lane = harness.core.lanes().get(0);
        lane.die(new AssertionError("thrown by a test, on purpose"));
        lane.requestCommit();
        lane.roomIsShort();
        assertThat(lane.step()).isFalse();
        assertThat(lane.isIdle()).isTrue();
        assertThat(lane.idle()).isEqualTo(Long.MAX_VALUE);
    }

    /** A lane that has looked for work and has not gone to sleep yet hears no bell: it must see the control when it looks again. */
    @ParameterizedTest
    @EnumSource(LaneControl.Kind.class)
    void aControlThatTheWatchdogTookInIsNotSleptOn(LaneControl.Kind kind) throws SpoolException {
        Harness harness = Harness.stepped();
        CommitLane lane = harness.core.lanes().get(0);
        LaneControl control = new LaneControl(kind);
        lane.submit(control);
        harness.core.watchdog().step();
        assertThat(lane.isIdle()).isFalse();
        lane.step();
        assertThat(control.done).isDone();
        assertThat(lane.isIdle()).isTrue();
    }

    /** Nor does one whose time has not come keep its lane from sleeping. */
    @Test
    void aDrainIsLookedAtAgainWhenAStoreHasEnded() throws SpoolException {
        Harness harness = Harness.stepped();
        CommitLane lane = harness.core.lanes().get(0);
        SpoolId id = SpoolId.next();
        CompletableFuture<Void> stored = harness.spool().store(id, Harness.message(id, (5 << 20) + 17));
        LaneControl drain = new LaneControl(LaneControl.Kind.DRAIN);
        lane.submit(drain);
        harness.core.watchdog().step();
        lane.step();
        assertThat(drain.done).isNotDone();
        assertThat(lane.isIdle()).as("its next part is still to be staged").isTrue();
        harness.runUntilIdle();
        assertThat(stored).isDone();
        assertThat(drain.done).isDone();
    }

    @Test
    void aControlLeavesALaneThatHasEndedIdle() throws SpoolException {
        Harness harness = Harness.stepped();
        CommitLane lane = harness.core.lanes().get(0);
        lane.close(new SpoolDrainingException("ended"));
        LaneControl control = new LaneControl(LaneControl.Kind.SEAL);
        lane.submit(control);
        assertThat(control.done).isCompletedExceptionally();
        lane.step();
        assertThat(lane.isIdle()).isTrue();
    }

    @Test
    void aLogThatHadNothingToDoIsAskedAgainAfterABatchThoughItsLaneIsNeverIdle() throws SpoolException {
        Harness harness = Harness.stepped();
        CommitLane lane = harness.core.lanes().get(0);
        lane.idle();
        FakeLog log = harness.log();
        int before = log.idles;
        log.idleNanos = 1000;
        commitOne(harness, lane);
        assertThat(log.idles).isEqualTo(before + 1);
        commitOne(harness, lane);
        assertThat(log.idles).as("not before it is due").isEqualTo(before + 1);
        harness.clock.advance(Duration.ofNanos(1000));
        commitOne(harness, lane);
        assertThat(log.idles).isEqualTo(before + 2);
    }

    /** A batch, and no call of {@link CommitLane#idle} as of a lane that finds nothing to do. */
    private static void commitOne(Harness harness, CommitLane lane) {
        int before = harness.log().batches.size();
        lane.requestCommit();
        lane.step();
        assertThat(harness.log().batches).hasSize(before + 1);
    }
}
