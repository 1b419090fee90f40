package dev.spool.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.SpoolDeadlineException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolOptions;
import dev.spool.SpoolOverloadedException;
import dev.spool.StoreOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class InFlightBoundTest {

    private static final int BOUND = 64 << 10;
    private static final SpoolOptions SMALL =
            SpoolOptions.builder().maxInFlightBytes(BOUND).build();

    @Test
    void pastTheBoundFuturesWaitAndMemoryDoesNotGrow() throws SpoolException {
        Harness harness = Harness.stepped(SMALL);
        List<CompletableFuture<Void>> futures = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            SpoolId id = SpoolId.next();
            futures.add(harness.spool().store(id, Harness.message(id, 5000)));
            assertThat(harness.spool().stats().inFlightBytes()).isLessThanOrEqualTo(BOUND);
        }
        while (futures.stream().anyMatch(future -> !future.isDone())) {
            harness.steps.turn();
            assertThat(harness.spool().stats().inFlightBytes()).isLessThanOrEqualTo(BOUND);
        }
        assertThat(futures).allMatch(CompletableFuture::isDone);
        assertThat(harness.spool().stats().inFlightBytes()).isZero();
    }

    @Test
    void removesDoNotWaitBehindStoresThatWaitForRoom() throws SpoolException {
        Harness harness = Harness.stepped(SMALL);
        SpoolId there = SpoolId.next();
        harness.spool().blocking().store(there, Harness.message(there, 10));
        List<CompletableFuture<Void>> stores = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            SpoolId id = SpoolId.next();
            stores.add(harness.spool().store(id, Harness.message(id, 10_000)));
        }
        CompletableFuture<Boolean> remove = harness.spool().remove(there);
        harness.steps.turn();
        harness.steps.callBackAll();
        assertThat(remove.join()).isTrue();
        assertThat(stores).anyMatch(store -> !store.isDone());
    }

    @Test
    void whatWaitsForRoomPastItsDeadlineIsRefused() throws SpoolException {
        Harness harness = Harness.stepped(SMALL);
        List<CompletableFuture<Void>> callers = new ArrayList<>();
        List<CompletableFuture<Void>> spools = new ArrayList<>();
        StoreOptions deadline = StoreOptions.DEFAULT.withDeadline(Duration.ofSeconds(5));
        harness.log().trouble = (what, records) -> {
            if (callers.isEmpty()) {
                for (int i = 0; i < 20; i++) {
                    SpoolId id = SpoolId.next();
                    callers.add(harness.spool().store(id, Harness.message(id, 10_000), deadline));
                    spools.add(harness.spool().store(SpoolId.next(), Harness.message(id, 10_000)));
                }
                harness.clock.advance(Duration.ofSeconds(5));
                harness.core.watchdog().step();
                harness.steps.callBackAll();
                assertThat(callers)
                        .allSatisfy(store ->
                                assertThat(Harness.failureOf(store)).isInstanceOf(SpoolDeadlineException.class));
                assertThat(spools).noneMatch(CompletableFuture::isDone);
                harness.clock.advance(Duration.ofSeconds(25));
                harness.core.watchdog().step();
                harness.steps.callBackAll();
                assertThat(spools)
                        .allSatisfy(store ->
                                assertThat(Harness.failureOf(store)).isInstanceOf(SpoolOverloadedException.class));
            }
        };
        SpoolId first = SpoolId.next();
        harness.spool().store(first, Harness.message(first, 10));
        harness.runUntilIdle();
        assertThat(harness.log().published).containsOnlyKeys(first);
        assertThat(harness.spool().stats().inFlightBytes()).isZero();
        harness.log().trouble = (what, records) -> {};
        harness.clock.advance(Duration.ofSeconds(2));
        harness.core.watchdog().step();
        harness.runUntilIdle();
        harness.spool().blocking().store(SpoolId.next(), Harness.message(first, 10_000));
    }

    @Test
    void aMessageOfManyTimesTheBoundIsStored() throws SpoolException {
        Harness harness = Harness.stepped(SMALL);
        SpoolId id = SpoolId.next();
        harness.spool().blocking().store(id, Harness.message(id, 3 << 20));
        assertThat(harness.holds(id, Harness.message(id, 3 << 20))).isTrue();
        assertThat(harness.spool().stats().inFlightBytes()).isZero();
    }

    @Test
    void followersOfALargeMessageThatFillTheBoundDoNotKeepItFromGoingOn() throws SpoolException {
        Harness harness = Harness.stepped(SMALL);
        SpoolId id = SpoolId.next();
        List<CompletableFuture<Void>> stores = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            stores.add(harness.spool().store(id, Harness.message(id, 100_000)));
        }
        harness.runUntilIdle();
        assertThat(stores).allMatch(CompletableFuture::isDone);
        assertThat(harness.log().batches).hasSizeGreaterThan(60);
    }

    @Test
    void aLargeMessageThatExpiresHalfwayIsNotStoredAndItsChunksAreAbandoned() throws SpoolException {
        Harness harness = Harness.stepped(SMALL);
        SpoolId id = SpoolId.next();
        CompletableFuture<Void> store = harness.spool()
                .store(id, Harness.message(id, 1 << 20), StoreOptions.DEFAULT.withDeadline(Duration.ofSeconds(1)));
        CompletableFuture<Boolean> behind = harness.spool().remove(id);
        for (int i = 0; i < 10; i++) {
            harness.steps.turn();
        }
        harness.clock.advance(Duration.ofSeconds(1));
        harness.runUntilIdle();
        assertThat(Harness.failureOf(store)).isInstanceOf(SpoolDeadlineException.class);
        assertThat(behind.join()).isFalse();
        assertThat(harness.log().abandoned).hasSize(1);
        assertThat(harness.log().published).isEmpty();
        assertThat(harness.spool().stats().inFlightBytes()).isZero();
    }
}
