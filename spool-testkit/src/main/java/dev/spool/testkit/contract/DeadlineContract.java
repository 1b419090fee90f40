package dev.spool.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolDeadlineException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.SpoolOverloadedException;
import dev.spool.StoreOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** An operation past its deadline is refused and never found; one that completed is there; there is nothing in between. */
public abstract class DeadlineContract extends SpoolContract {

    private static final StoreOptions AT_ONCE =
            StoreOptions.DEFAULT.withDeadline(Duration.ofNanos(1)).withGiveUpAfter(Duration.ofSeconds(60));

    @Test
    void pastItsDeadlineAStoreIsRefusedAndNeverFound() throws SpoolException {
        SpoolId fresh = SpoolId.next();
        SpoolId replaced = SpoolId.next();
        try (Spool spool = open()) {
            spool.store(replaced, Samples.message(1, 100, 10)).join();
            for (SpoolId id : List.of(fresh, replaced)) {
                Throwable failure = failureOf(spool.store(id, Samples.message(2, 200, 20), AT_ONCE));
                assertThat(failure).isInstanceOf(SpoolDeadlineException.class);
                assertThat(((SpoolException) failure).retryable()).isTrue();
            }
            assertMissing(spool, fresh);
            assertHolds(spool, replaced, Samples.message(1, 100, 10));
            assertThat(spool.stats().inFlightBytes()).isZero();
        }
        try (Spool spool = open()) {
            assertMissing(spool, fresh);
            assertHolds(spool, replaced, Samples.message(1, 100, 10));
        }
    }

    @Test
    void pastItsDeadlineAnUpdateIsRefusedAndHasNoEffect() throws SpoolException {
        SpoolId id = SpoolId.next();
        try (Spool spool = open()) {
            spool.store(id, Samples.message(1, 100, 10)).join();
            assertThat(failureOf(spool.updateEnvelope(id, Samples.text("late"), AT_ONCE)))
                    .isInstanceOf(SpoolDeadlineException.class);
            assertHolds(spool, id, Samples.message(1, 100, 10));
        }
    }

    @Test
    void aBlockingStorePastItsDeadlineThrowsWithTheCallersStack() throws SpoolException {
        try (Spool spool = open()) {
            try {
                spool.blocking().store(SpoolId.next(), Samples.message(1, 10), AT_ONCE);
                throw new AssertionError("stored within a nanosecond");
            } catch (SpoolDeadlineException e) {
                assertThat(e.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().equals(DeadlineContract.class.getName()));
            }
        }
    }

    @Test
    void pastTheSpoolsOwnTimeoutAStoreIsRefusedAsOverload() throws SpoolException {
        SpoolOptions impatient = options().toBuilder()
                .storeTimeout(Duration.ofMillis(1))
                .maxInFlightBytes(64 << 10)
                .build();
        // Far more than a millisecond's worth in flight at once: some of it must be refused.
        assertEachIsStoredOrRefused(
                impatient,
                StoreOptions.DEFAULT.withGiveUpAfter(Duration.ofSeconds(60)),
                400,
                SpoolOverloadedException.class);
    }

    @Test
    void atEveryDeadlineAStoreIsWholeOrAbsent() throws SpoolException {
        for (int micros : new int[] {10, 100, 300, 1000, 3000, 10_000}) {
            assertEachIsStoredOrRefused(
                    options(),
                    AT_ONCE.withDeadline(Duration.ofNanos(micros * 1000L)),
                    50,
                    SpoolDeadlineException.class);
        }
    }

    @Test
    void aRefusedStoreDoesNotHoldUpTheNext() throws SpoolException {
        try (Spool spool = open(options().toBuilder().maxInFlightBytes(64 << 10).build())) {
            List<CompletableFuture<?>> futures = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                futures.add(spool.store(SpoolId.next(), Samples.message(i, 30_000), AT_ONCE));
            }
            Map<SpoolId, Message> stored = storeMany(spool, 50, 30_000, 0);
            futures.forEach(future -> assertThat(failureOf(future)).isInstanceOf(SpoolDeadlineException.class));
            assertThat(scan(spool).keySet()).isEqualTo(stored.keySet());
            assertThat(spool.stats().inFlightBytes()).isZero();
        }
    }

    private void assertEachIsStoredOrRefused(
            SpoolOptions spoolOptions, StoreOptions options, int count, Class<? extends SpoolException> refusal)
            throws SpoolException {
        Map<SpoolId, CompletableFuture<Void>> futures = new LinkedHashMap<>();
        Map<SpoolId, Optional<Message>> expected = new LinkedHashMap<>();
        try (Spool spool = open(spoolOptions)) {
            for (int i = 0; i < count; i++) {
                SpoolId id = SpoolId.next();
                futures.put(id, spool.store(id, Samples.message(id.low(), 20_000, 20), options));
            }
            futures.forEach((id, future) -> expected.put(id, outcome(id, future, refusal)));
            expected.forEach((id, message) -> assertOutcome(spool, id, message));
        }
        try (Spool spool = open()) {
            expected.forEach((id, message) -> assertOutcome(spool, id, message));
        }
    }

    private static Optional<Message> outcome(
            SpoolId id, CompletableFuture<Void> future, Class<? extends SpoolException> refusal) {
        if (future.handle((done, failure) -> failure == null).join()) {
            return Optional.of(Samples.message(id.low(), 20_000, 20));
        }
        assertThat(failureOf(future)).isInstanceOf(refusal);
        return Optional.empty();
    }

    private static void assertOutcome(Spool spool, SpoolId id, Optional<Message> expected) {
        expected.ifPresentOrElse(message -> assertHolds(spool, id, message), () -> assertMissing(spool, id));
    }
}
