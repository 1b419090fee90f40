package dev.spool.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CallbackPoolTest {

    private final CallbackPool pool = new CallbackPool();

    @Test
    void tasksThatBlockOnEachOtherAllRun() {
        int tasks = 50;
        CountDownLatch all = new CountDownLatch(tasks);
        AtomicInteger passed = new AtomicInteger();
        for (int i = 0; i < tasks; i++) {
            pool.execute(() -> {
                all.countDown();
                try {
                    all.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                passed.incrementAndGet();
            });
        }
        while (passed.get() < tasks) {
            pool.relieve();
            Thread.onSpinWait();
        }
        pool.close();
    }

    @Test
    void quickTasksNeedFewThreads() throws InterruptedException {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        CountDownLatch done = new CountDownLatch(20_000);
        for (int i = 0; i < 20_000; i++) {
            pool.execute(() -> {
                threads.add(Thread.currentThread());
                done.countDown();
            });
            pool.relieve(); // finds nobody blocked, however often it looks
        }
        done.await();
        assertThat(threads).hasSizeLessThanOrEqualTo(16);
        pool.close();
    }

    @Test
    void aTaskThatThrowsOrIsInterruptedHarmsNoOther() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(100);
        for (int i = 0; i < 100; i++) {
            pool.execute(() -> {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("thrown by a callback");
            });
            pool.execute(done::countDown);
        }
        done.await();
        pool.close();
    }

    @Test
    void aTaskGivenAfterTheCloseStillRuns() throws InterruptedException {
        pool.close();
        CountDownLatch done = new CountDownLatch(1);
        pool.execute(done::countDown);
        done.await();
    }

    @Test
    void aBatchOfTasksWakesOneThreadWhichWakesTheNext() throws InterruptedException {
        BlockingQueue<Thread> woken = new LinkedBlockingQueue<>();
        CallbackPool waking = new CallbackPool(woken::add);
        CountDownLatch done = new CountDownLatch(5);
        for (int i = 0; i < 5; i++) {
            waking.execute(done::countDown);
        }
        waking.relieve();
        assertThat(woken).hasSize(1);

        woken.take().start();

        woken.take().start();
        done.await();
        waking.close();
    }

    @Test
    void aTaskWaitsUntilAThreadCanBeStarted() throws InterruptedException {
        AtomicInteger asked = new AtomicInteger();
        CallbackPool poor = new CallbackPool(thread -> {
            if (asked.incrementAndGet() < 3) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            thread.start();
        });
        CountDownLatch done = new CountDownLatch(2);
        poor.execute(done::countDown);
        poor.execute(done::countDown);
        assertThat(asked).hasValue(2);

        poor.relieve();

        done.await();
        poor.close();
    }

    @Test
    void afterTheCloseOneThreadDoesWhatNoOtherCanBeStartedFor() throws InterruptedException {
        BlockingQueue<Thread> woken = new LinkedBlockingQueue<>();
        CallbackPool poor = new CallbackPool(thread -> {
            if (!woken.isEmpty()) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            woken.add(thread);
        });
        CountDownLatch done = new CountDownLatch(2);
        poor.execute(done::countDown);
        poor.execute(done::countDown);
        poor.close();

        woken.element().start();

        done.await();
    }
}
