package dev.spool.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Message;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class OrderTest {

    private final SpoolId id = SpoolId.next();

    @Test
    void operationsOnOneIdTakeEffectOneAfterTheOtherInBatchesOfTheirOwn() throws SpoolException {
        Harness harness = Harness.stepped();
        List<CompletableFuture<Boolean>> answers = new ArrayList<>();
        answers.add(harness.spool().remove(id));
        CompletableFuture<Void> first = harness.spool().store(id, Harness.message(id, 10));
        answers.add(harness.spool().updateEnvelope(id, ByteBuffer.allocate(2)));
        answers.add(harness.spool().remove(id));
        answers.add(harness.spool().remove(id));
        CompletableFuture<Void> last = harness.spool().store(id, Harness.message(id, 20));
        harness.runUntilIdle();
        assertThat(answers).extracting(CompletableFuture::join).containsExactly(false, true, true, false);
        assertThat(first).isCompleted();
        assertThat(last).isCompleted();
        assertThat(harness.holds(id, Harness.message(id, 20))).isTrue();
    }

    @Test
    void whatConcernsOtherMessagesIsNotHeldUpByAQueueOnOne() throws SpoolException {
        Harness harness = Harness.stepped();
        for (int i = 0; i < 10; i++) {
            harness.spool().store(id, Harness.message(id, i));
        }
        SpoolId other = SpoolId.next();
        CompletableFuture<Void> stored = harness.spool().store(other, Harness.message(other, 5));
        harness.steps.turn();
        harness.steps.turn();
        assertThat(harness.log().batches.get(0).records()).hasSize(2);
        assertThat(stored).isCompleted();
    }

    @Test
    void aRemoveWaitsForAChunkedStoreOfItsMessage() throws SpoolException {
        Harness harness = Harness.stepped();
        CompletableFuture<Void> store = harness.spool().store(id, Harness.message(id, 5 << 20));
        CompletableFuture<Boolean> remove = harness.spool().remove(id);
        CompletableFuture<Boolean> again = harness.spool().remove(id);
        harness.runUntilIdle();
        assertThat(store).isCompleted();
        assertThat(remove.join()).isTrue();
        assertThat(again.join()).isFalse();
        assertThat(harness.spool().stats().entries()).isZero();
    }

    @Test
    void aRemoveWaitsForAStoreThatWaitsForRoom() throws SpoolException {
        Harness harness = Harness.stepped(
                SpoolOptions.builder().maxInFlightBytes(64 << 10).build());
        SpoolId filler = SpoolId.next();
        harness.spool().store(filler, Harness.message(filler, 16_000));
        List<CompletableFuture<Void>> waiting = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            SpoolId one = SpoolId.next();
            waiting.add(harness.spool().store(one, Harness.message(one, 15_000)));
        }
        CompletableFuture<Void> store = harness.spool().store(id, Harness.message(id, 15_000));
        CompletableFuture<Boolean> remove = harness.spool().remove(id);
        harness.runUntilIdle();
        assertThat(waiting).allMatch(CompletableFuture::isDone);
        assertThat(store).isCompleted();
        assertThat(remove.join()).isTrue();
    }

    @Test
    void manyOperationsOnManyIdsGiveWhatTheyWouldGiveOneByOne() throws SpoolException {
        Harness harness = Harness.stepped(
                SpoolOptions.builder().maxInFlightBytes(64 << 10).build());
        java.util.SplittableRandom random = new java.util.SplittableRandom(7);
        List<SpoolId> ids = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            ids.add(SpoolId.next());
        }
        java.util.Map<SpoolId, Message> expected = new java.util.HashMap<>();
        List<CompletableFuture<Boolean>> answers = new ArrayList<>();
        List<Boolean> expectedAnswers = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            SpoolId one = ids.get(random.nextInt(ids.size()));
            switch (random.nextInt(4)) {
                case 0, 1 -> {
                    Message message = Harness.message(SpoolId.next(), random.nextInt(50_000));
                    answers.add(harness.spool().store(one, message).thenApply(done -> true));
                    expectedAnswers.add(true);
                    expected.put(one, message);
                }
                case 2 -> {
                    ByteBuffer envelope = ByteBuffer.allocate(random.nextInt(100));
                    answers.add(harness.spool().updateEnvelope(one, envelope));
                    expectedAnswers.add(expected.computeIfPresent(one, (k, old) -> old.withEnvelope(envelope)) != null);
                }
                default -> {
                    answers.add(harness.spool().remove(one));
                    expectedAnswers.add(expected.remove(one) != null);
                }
            }
            if (random.nextInt(10) == 0) {
                harness.steps.turn();
            }
        }
        harness.runUntilIdle();
        assertThat(answers).extracting(CompletableFuture::join).isEqualTo(expectedAnswers);
        for (SpoolId one : ids) {
            Message message = expected.get(one);
            if (message == null) {
                assertThat(harness.spool().blocking().load(one)).isEmpty();
            } else {
                assertThat(harness.holds(one, message)).isTrue();
            }
        }
        assertThat(harness.spool().stats().inFlightBytes()).isZero();
    }
}
