package dev.spool.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.SpoolId;
import dev.spool.engine.io.EngineClock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever waits for a batch is woken, though the committer wakes but a few, and nothing here looks again by itself. */
@Timeout(120)
class WakeChainTest {

    private static final int WAITERS = 24;
    private static final int BATCHES = 300;

    private final Delivery delivery =
            new Delivery(new Completions(EngineClock.SYSTEM, new EngineMetrics(null), Runnable::run, null, null));

    @Test
    void wakesEveryThreadThatSleeps() throws Exception {
        for (int batch = 0; batch < BATCHES; batch++) {
            run(batch % 3);
        }
    }

    /** Delivers when all sleep, or at once, while some are still on their way to sleep. */
    private void run(int eagerness) throws Exception {
        List<Operation> operations = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        CountDownLatch started = new CountDownLatch(WAITERS);
        AtomicInteger asleep = new AtomicInteger();
        for (int i = 0; i < WAITERS; i++) {
            Operation[] mine = new Operation[1];
            Thread thread = new Thread(() -> {
                started.countDown();
                sleepUntilDone(mine[0], asleep);
            });
            mine[0] = new Operation(
                    Operation.Kind.REMOVE,
                    new SpoolId(1, i),
                    new Operation.Terms(0, Long.MAX_VALUE, Long.MAX_VALUE, false, false, 0),
                    thread,
                    null);
            operations.add(mine[0]);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
        started.await();
        while (eagerness == 0 && asleep.get() < WAITERS) {
            Thread.onSpinWait();
        }
        for (Operation operation : operations) {
            assertThat(operation.settle(true)).isTrue();
            delivery.add(operation);
        }
        delivery.flush();
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** As {@link Completions} waits, but without ever looking again unasked. */
    private static void sleepUntilDone(Operation operation, AtomicInteger asleep) {
        operation.asleep = true;
        asleep.incrementAndGet();
        while (!operation.isDone()) {
            LockSupport.park(operation);
        }
        operation.asleep = false;
        WakeChain chain = operation.chain;
        if (chain != null) {
            chain.wakeSome();
        }
    }
}
