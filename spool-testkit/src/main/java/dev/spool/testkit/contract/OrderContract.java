package dev.spool.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Operations on one id take effect in the order of submission, without anybody waiting in between. */
public abstract class OrderContract extends SpoolContract {

    @Test
    void theLastOfManyStoresWins() throws SpoolException {
        SpoolId id = SpoolId.next();
        try (Spool spool = open()) {
            List<CompletableFuture<Void>> futures = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                futures.add(spool.store(id, Samples.message(i, 100 + i, i)));
            }
            futures.forEach(CompletableFuture::join);
            assertHolds(spool, id, Samples.message(299, 399, 299));
            assertThat(spool.stats().entries()).isEqualTo(1);
        }
        try (Spool spool = open()) {
            assertHolds(spool, id, Samples.message(299, 399, 299));
        }
    }

    @Test
    void removesAndUpdatesSeeWhatWasSubmittedBefore() throws SpoolException {
        SpoolId id = SpoolId.next();
        try (Spool spool = open()) {
            List<CompletableFuture<Boolean>> answers = new ArrayList<>();
            answers.add(spool.remove(id));
            CompletableFuture<Void> first = spool.store(id, Samples.message(1, 10));
            answers.add(spool.updateEnvelope(id, Samples.text("a")));
            answers.add(spool.remove(id));
            answers.add(spool.remove(id));
            answers.add(spool.updateEnvelope(id, Samples.text("b")));
            CompletableFuture<Void> second = spool.store(id, Samples.message(2, 20));
            answers.add(spool.updateEnvelope(id, Samples.text("c")));
            answers.add(spool.updateEnvelope(id, Samples.text("d")));
            CompletableFuture.allOf(first, second).join();
            assertThat(answers.stream().map(CompletableFuture::join))
                    .containsExactly(false, true, true, false, false, true, true);
            assertHolds(spool, id, Samples.message(2, 20).withEnvelope(Samples.text("d")));
        }
    }

    @Test
    void aLargeStoreKeepsItsPlaceInTheOrder() throws SpoolException {
        SpoolId id = SpoolId.next();
        Message large = Samples.message(1, 3 << 20, 9);
        try (Spool spool = open(smallSegments())) {
            CompletableFuture<Void> small = spool.store(id, Samples.message(2, 10));
            CompletableFuture<Void> middle = spool.store(id, large);
            CompletableFuture<Boolean> removed = spool.remove(id);
            CompletableFuture<Boolean> again = spool.remove(id);
            CompletableFuture<Void> last = spool.store(id, large);
            CompletableFuture<Boolean> updated = spool.updateEnvelope(id, Samples.text("after"));
            CompletableFuture.allOf(small, middle, last).join();
            assertThat(List.of(removed.join(), again.join(), updated.join())).containsExactly(true, false, true);
            assertHolds(spool, id, large.withEnvelope(Samples.text("after")));
        }
    }

    @Test
    void whatCompletedIsSeenByTheNextLoad() throws SpoolException {
        SpoolId id = SpoolId.next();
        try (Spool spool = open()) {
            for (int i = 0; i < 100; i++) {
                Message message = Samples.message(i, 50, 5);
                Message seen = spool.store(id, message)
                        .thenCompose(done -> spool.load(id))
                        .join()
                        .orElseThrow();
                assertSame(id, seen, message);
                assertThat(spool.remove(id).thenCompose(done -> spool.load(id)).join())
                        .isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void manySubmissionsGiveWhatTheyWouldGiveOneByOne(long seed) throws SpoolException {
        SplittableRandom random = new SplittableRandom(seed);
        List<SpoolId> ids = List.of(SpoolId.next(), SpoolId.next(), SpoolId.next(), SpoolId.next());
        Map<SpoolId, Message> expected = new HashMap<>();
        try (Spool spool = open(smallSegments())) {
            List<CompletableFuture<Boolean>> answers = new ArrayList<>();
            List<Boolean> expectedAnswers = new ArrayList<>();
            for (int i = 0; i < 600; i++) {
                SpoolId id = ids.get(random.nextInt(ids.size()));
                int operation = random.nextInt(3);
                if (operation == 0) {
                    Message message = Samples.message(i, random.nextInt(20) == 0 ? 200_000 : 300, i % 50);
                    expectedAnswers.add(true);
                    expected.put(id, message);
                    answers.add(spool.store(id, message).thenApply(done -> true));
                } else if (operation == 1) {
                    ByteBuffer envelope = Samples.buffer(i, i % 70);
                    Message updated = expected.computeIfPresent(id, (key, old) -> old.withEnvelope(envelope));
                    expectedAnswers.add(updated != null);
                    answers.add(spool.updateEnvelope(id, envelope));
                } else {
                    expectedAnswers.add(expected.remove(id) != null);
                    answers.add(spool.remove(id));
                }
            }
            assertThat(answers.stream().map(CompletableFuture::join)).containsExactlyElementsOf(expectedAnswers);
            assertHolds(spool, expected);
            assertThat(scan(spool).keySet()).isEqualTo(expected.keySet());
        }
        try (Spool spool = open(smallSegments())) {
            assertHolds(spool, expected);
            assertThat(scan(spool).keySet()).isEqualTo(expected.keySet());
        }
    }
}
