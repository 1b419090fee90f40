package dev.spool.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolDeadlineException;
import dev.spool.SpoolException;
import dev.spool.SpoolId;
import dev.spool.SpoolInDoubtException;
import dev.spool.SpoolIoException;
import dev.spool.SpoolOptions;
import dev.spool.SpoolUnhealthyException;
import dev.spool.StoreOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ThreadedSpoolTest {

    private final SpoolId id = SpoolId.next();
    private final Message message = Harness.message(id, 100);

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void manyThreadsStoreAndRemoveAtOnce() throws Exception {
        Harness harness = Harness.threaded(SpoolOptions.DEFAULTS);
        List<Thread> threads = new ArrayList<>();
        AtomicInteger failures = new AtomicInteger();
        for (int i = 0; i < 32; i++) {
            Thread thread = new Thread(() -> {
                try {
                    for (int n = 0; n < 300; n++) {
                        SpoolId one = SpoolId.next();
                        harness.spool().blocking().store(one, Harness.message(one, 500));
                        if (!harness.holds(one, Harness.message(one, 500))
                                || (n % 2 == 0 && !harness.spool().blocking().remove(one))) {
                            failures.incrementAndGet();
                        }
                    }
                } catch (SpoolException e) {
                    failures.incrementAndGet();
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).hasValue(0);
        assertThat(harness.spool().stats().entries()).isEqualTo(32 * 150);
        assertThat(harness.spool().stats().inFlightBytes()).isZero();
        harness.spool().close();
    }

    @Test
    void anInterruptedCallerGetsItsOutcomeAndKeepsItsFlag() throws SpoolException {
        Harness harness = Harness.threaded(SpoolOptions.DEFAULTS);
        Thread.currentThread().interrupt();
        harness.spool().blocking().store(id, message);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        harness.spool().close();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void callbacksMayWaitForOtherOperationsHoweverManyDo() throws Exception {
        Harness harness = Harness.threaded(SpoolOptions.DEFAULTS);
        Spool spool = harness.spool();
        CountDownLatch allBlocked = new CountDownLatch(40);
        CountDownLatch allSubmitted = new CountDownLatch(1);
        harness.log().trouble = (what, records) -> {
            if (what.equals("commit")) {
                awaitUninterruptibly(allSubmitted);
            }
        };
        List<CompletableFuture<Void>> outer = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            outer.add(spool.store(SpoolId.next(), message).thenRun(() -> {
                allBlocked.countDown();
                awaitUninterruptibly(allBlocked);
                spool.store(SpoolId.next(), message).join();
            }));
        }
        allSubmitted.countDown();
        outer.forEach(CompletableFuture::join);
        assertThat(spool.stats().entries()).isEqualTo(80);
        spool.close();
    }

    @Test
    void aSyncThatHangsIsSeenAndItsCallersAreGivenUp() throws Exception {
        SpoolOptions options = SpoolOptions.builder()
                .slowSyncLimit(Duration.ofMillis(20))
                .probePeriod(Duration.ofMillis(20))
                .build();
        Harness harness = Harness.threaded(options);
        CountDownLatch hang = new CountDownLatch(1);
        CountDownLatch hanging = new CountDownLatch(1);
        harness.log().trouble = (what, records) -> {
            if (what.equals("commit")) {
                hanging.countDown();
                awaitUninterruptibly(hang);
            }
        };
        StoreOptions impatient =
                StoreOptions.DEFAULT.withDeadline(Duration.ofMillis(50)).withGiveUpAfter(Duration.ofMillis(60));
        CompletableFuture<Void> joined = harness.spool().store(id, message, impatient);
        hanging.await();
        CompletableFuture<Void> queued = harness.spool().store(SpoolId.next(), message, impatient);
        assertThatThrownBy(joined::get).cause().isInstanceOf(SpoolInDoubtException.class);
        assertThatThrownBy(queued::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfAny(SpoolDeadlineException.class, SpoolUnhealthyException.class);
        await(() -> harness.spool().unhealthyReason() != null);
        assertThat(harness.spool().unhealthyReason()).isEqualTo("spool storage is slow");
        assertThatThrownBy(() -> harness.spool().blocking().store(id, message, impatient))
                .isInstanceOf(SpoolUnhealthyException.class);
        hang.countDown();
        await(() -> harness.spool().unhealthyReason() == null);
        assertThat(harness.holds(id, message)).isTrue();
        harness.spool().close();
    }

    @Test
    void aCommitterThatDiesHangsNobody() throws Exception {
        Harness harness = Harness.threaded(SpoolOptions.DEFAULTS);
        harness.spool().blocking().store(id, message);
        harness.log().failPublish = true;
        CompletableFuture<Void> joined = harness.spool().store(SpoolId.next(), message);
        assertThatThrownBy(joined::get).cause().isInstanceOf(SpoolInDoubtException.class);
        assertThat(harness.spool().unhealthyReason()).isEqualTo("spool storage failed");
        assertThatThrownBy(() -> harness.spool().remove(id).get(10, TimeUnit.SECONDS))
                .cause()
                .isInstanceOf(SpoolUnhealthyException.class);
        assertThat(harness.holds(id, message)).isTrue();
        assertThatThrownBy(() -> harness.spool().close()).isInstanceOf(SpoolException.class);
    }

    @Test
    void aFailedDiskHealsByItself() throws Exception {
        SpoolOptions options =
                SpoolOptions.builder().probePeriod(Duration.ofMillis(20)).build();
        Harness harness = Harness.threaded(options);
        harness.log().trouble = (what, records) -> {
            if (!what.equals("current")) {
                throw new SpoolIoException("the disk failed");
            }
        };
        assertThatThrownBy(() -> harness.spool().blocking().store(id, message))
                .isInstanceOf(SpoolInDoubtException.class);
        assertThat(harness.spool().unhealthyReason()).isNotNull();
        harness.log().trouble = (what, records) -> {};
        await(() -> harness.spool().unhealthyReason() == null);
        harness.spool().blocking().store(id, message);
        harness.spool().close();
    }

    @Test
    void itsThreadsEndWithIt() throws Exception {
        Harness harness = Harness.threaded(SpoolOptions.DEFAULTS);
        harness.spool().store(id, message).get();
        harness.spool().close();
        await(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("spool-commit-0")
                        || thread.getName().startsWith("spool-watchdog")));
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
