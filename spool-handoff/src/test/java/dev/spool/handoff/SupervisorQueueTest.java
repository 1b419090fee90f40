package dev.spool.handoff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spool.handoff.transport.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The ends of processes reach the supervisor whatever its host does. */
class SupervisorQueueTest {

    @Test
    @Timeout(60)
    void theEndOfAChildIsHeardWhileTheHostKeepsTheCommonPoolBusy() throws Exception {
        int threads = Math.max(1, ForkJoinPool.getCommonPoolParallelism());
        CountDownLatch busy = new CountDownLatch(threads);
        CountDownLatch over = new CountDownLatch(1);
        for (int i = 0; i < threads; i++) {
            ForkJoinPool.commonPool().execute(() -> {
                busy.countDown();
                awaitQuietly(over);
            });
        }
        try {
            busy.await();
            SupervisorQueue queue = new SupervisorQueue(TimeSource.SYSTEM);
            Process child = java();
            ProcessId id = ProcessId.of(child.toHandle());
            queue.postExit(child, id);
            assertThat(queue.poll(Duration.ofSeconds(50))).isEqualTo(new SupervisorInput.Exited(id));
        } finally {
            over.countDown();
        }
    }

    @Test
    @Timeout(60)
    void theEndOfAnyOtherProcessIsHeardToo() throws Exception {
        SupervisorQueue queue = new SupervisorQueue(TimeSource.SYSTEM);
        Process child = java();
        ProcessId id = ProcessId.of(child.toHandle());
        queue.postExit(id);
        assertThat(queue.poll(Duration.ofSeconds(50))).isEqualTo(new SupervisorInput.Exited(id));
    }

    private static Process java() throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-version")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
