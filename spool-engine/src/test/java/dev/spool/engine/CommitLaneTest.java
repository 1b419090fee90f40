package dev.spool.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Message;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.engine.record.RecordType;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

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
