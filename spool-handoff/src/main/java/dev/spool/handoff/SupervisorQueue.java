package dev.spool.handoff;

import dev.spool.handoff.transport.TimeSource;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** Everything that happens to a supervisor, in the order in which it came. Any thread. */
final class SupervisorQueue {

    private static final Duration LOOK = Duration.ofMillis(100);

    private final BlockingQueue<SupervisorInput> inputs = new LinkedBlockingQueue<>();
    private final TimeSource time;

    SupervisorQueue(TimeSource time) {
        this.time = time;
    }

    void post(SupervisorInput input) {
        inputs.add(input);
    }

    /** Posts it after a while. */
    void postLater(SupervisorInput input, Duration delay) {
        begin("spool-handoff-timer", () -> {
            time.sleep(delay);
            post(input);
        });
    }

    /**
     * Posts the end of a child of this process as soon as it comes. Waits in a thread of its own: what {@link ProcessHandle#onExit}
     * returns completes on the common pool, which the host may keep busy, and which on a small machine has a single thread.
     */
    void postExit(Process child, ProcessId id) {
        begin("spool-handoff-exit", () -> {
            child.waitFor();
            post(new SupervisorInput.Exited(id));
        });
    }

    /** Posts the end of a process that need not be a child of this one; looks ten times a second. */
    void postExit(ProcessId process) {
        begin("spool-handoff-exit", () -> {
            while (process.running().isPresent()) {
                time.sleep(LOOK);
            }
            post(new SupervisorInput.Exited(process));
        });
    }

    private static void begin(String name, Waiting waiting) {
        Thread thread = new Thread(
                () -> {
                    try {
                        waiting.run();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Something that takes as long as it takes. */
    private interface Waiting {
        void run() throws InterruptedException;
    }

    /** The next one, whenever it comes. */
    SupervisorInput take() throws InterruptedException {
        return inputs.take();
    }

    /** The next one; null if none has come yet. */
    @Nullable
    SupervisorInput pollNow() {
        return inputs.poll();
    }

    /** The next one; null if none comes within {@code wait}. */
    @Nullable
    SupervisorInput poll(Duration wait) throws InterruptedException {
        return time.poll(inputs, wait);
    }
}
