package dev.spool.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.testkit.history.Outcome.EnvelopeLoaded;
import dev.spool.testkit.history.Outcome.Loaded;
import dev.spool.testkit.history.Outcome.Removed;
import dev.spool.testkit.history.Outcome.Stored;
import dev.spool.testkit.history.Outcome.Updated;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LinearizationTest {

    @Test
    void nothingAndOneByOneAreFine() {
        assertFine();
        assertFine(
                new Call(1, 2, new Stored(1)),
                new Call(3, 4, new Loaded(new Content(1, 1))),
                new Call(5, 6, new Updated(2, true)),
                new Call(7, 8, new Loaded(new Content(1, 2))),
                new Call(9, 10, new EnvelopeLoaded(2)),
                new Call(11, 12, new Removed(true)),
                new Call(13, 14, new Removed(false)),
                new Call(15, 16, new Updated(3, false)),
                new Call(17, 18, new Loaded(null)),
                new Call(19, 20, new EnvelopeLoaded(null)));
    }

    @Test
    void callsThatOverlapMayHaveTakenEffectInAnyOrder() {
        assertFine(
                new Call(1, 6, new Stored(1)), new Call(2, 5, new Stored(2)), new Call(7, 8, new Loaded(content(1))));
        assertFine(
                new Call(1, 6, new Stored(1)), new Call(2, 5, new Stored(2)), new Call(7, 8, new Loaded(content(2))));
        assertFine(new Call(1, 4, new Stored(1)), new Call(2, 3, new Loaded(content(1))));
        assertFine(new Call(1, 4, new Stored(1)), new Call(2, 3, new Loaded(null)));
    }

    @Test
    void aLoadThatMissesWhatWasStoredBeforeIsFound() {
        assertBroken(new Call(1, 2, new Stored(1)), new Call(3, 4, new Loaded(null)));
        assertBroken(
                new Call(1, 2, new Stored(1)), new Call(3, 4, new Stored(2)), new Call(5, 6, new Loaded(content(1))));
    }

    @Test
    void aMessageThatComesBackIsFound() {
        assertBroken(
                new Call(1, 2, new Stored(1)),
                new Call(3, 4, new Removed(true)),
                new Call(5, 6, new Loaded(content(1))));
    }

    @Test
    void twoLoadsThatSeeAStoreInTheWrongOrderAreFound() {
        assertBroken(
                new Call(1, 2, new Stored(1)),
                new Call(3, 10, new Stored(2)),
                new Call(4, 5, new Loaded(content(2))),
                new Call(6, 7, new Loaded(content(1))));
    }

    @Test
    void twoRemovesThatBothFoundTheMessageAreFound() {
        assertBroken(
                new Call(1, 2, new Stored(1)), new Call(3, 6, new Removed(true)), new Call(4, 5, new Removed(true)));
    }

    @Test
    void anUpdateThatIsLostAndHalvesOfTwoVersionsAreFound() {
        assertBroken(
                new Call(1, 2, new Stored(1)),
                new Call(3, 4, new Updated(2, true)),
                new Call(5, 6, new Loaded(content(1))));
        assertBroken(
                new Call(1, 2, new Stored(1)),
                new Call(3, 4, new Stored(2)),
                new Call(5, 6, new Loaded(new Content(1, 2))));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatARegisterAnsweredIsFineAndOneWrongAnswerIsNot(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Call> calls = registerHistory(random, 400, 6);
        assertThat(Linearization.missing(calls)).as("seed %s", seed).isNull();

        List<Call> broken = new ArrayList<>(calls);
        int at = random.nextInt(100, 300);
        Call before = broken.get(at);
        broken.set(at, new Call(before.began(), before.ended(), new Loaded(new Content(-7, -7))));
        assertThat(Linearization.missing(broken)).as("seed %s", seed).contains("no order of these " + calls.size());
    }

    /** Calls of several threads on a register that takes each at a random moment between its beginning and its end. */
    private static List<Call> registerHistory(SplittableRandom random, int count, int threads) {
        List<Call> calls = new ArrayList<>();
        Map<Integer, Long> began = new HashMap<>();
        Map<Integer, Outcome> answered = new HashMap<>();
        Content state = null;
        for (long now = 1; calls.size() < count; now++) {
            int thread = random.nextInt(threads);
            Outcome answer = answered.get(thread);
            if (!began.containsKey(thread)) {
                began.put(thread, now);
            } else if (answer == null) {
                Outcome outcome = random(random, (int) now, state);
                state = outcome.appliedTo(state);
                answered.put(thread, outcome);
            } else {
                calls.add(new Call(began.remove(thread), now, answer));
                answered.remove(thread);
            }
        }
        // What has taken effect and was not answered in the end would leave the others unexplained.
        long end = 10_000_000;
        for (Map.Entry<Integer, Outcome> left : answered.entrySet()) {
            calls.add(new Call(began.get(left.getKey()), end++, left.getValue()));
        }
        return calls;
    }

    private static Outcome random(SplittableRandom random, int number, @Nullable Content state) {
        return switch (random.nextInt(5)) {
            case 0 -> new Stored(number);
            case 1 -> new Updated(number, state != null);
            case 2 -> new Removed(state != null);
            case 3 -> new EnvelopeLoaded(state == null ? null : state.envelope());
            default -> new Loaded(state);
        };
    }

    private static Content content(int number) {
        return new Content(number, number);
    }

    private static void assertFine(Call... calls) {
        assertThat(Linearization.missing(List.of(calls))).isNull();
    }

    private static void assertBroken(Call... calls) {
        assertThat(Linearization.missing(List.of(calls))).contains("no order of these " + calls.length);
    }
}
