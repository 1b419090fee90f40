package dev.spool.handoff;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Everything that happens to a supervisor, in the order in which it came. Any thread. */
final class SupervisorQueue {

    private static final long LOOK_MILLIS = 100;

    private final BlockingQueue<SupervisorInput> inputs = new LinkedBlockingQueue<>();

    void post(SupervisorInput input) {
        inputs.add(input);
    }

    /** Posts it after a while. */
    void postLater(SupervisorInput input, long millis) {
        Thread thread = new Thread(
                () -> {
                    try {
                        Thread.sleep(millis);
                        post(input);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "spool-handoff-timer");
        thread.setDaemon(true);
        thread.start();
    }

    /** Posts the end of a process when it comes; looks ten times a second at one that is no child of this process. */
    @SuppressWarnings("FutureReturnValueIgnored") // it can only post
    void postExit(ProcessId process) {
        ProcessHandle handle = process.running().orElse(null);
        if (handle == null) {
            post(new SupervisorInput.Exited(process));
        } else if (handle.parent().filter(ProcessHandle.current()::equals).isPresent()) {
            handle.onExit().thenRun(() -> post(new SupervisorInput.Exited(process)));
        } else {
            // It may have ended and never go away, if nobody inherits it who asks for its status.
            Thread thread = new Thread(() -> awaitEnd(process), "spool-handoff-exit");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void awaitEnd(ProcessId process) {
        try {
            while (process.running().isPresent()) {
                Thread.sleep(LOOK_MILLIS);
            }
            post(new SupervisorInput.Exited(process));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The next one; null if none comes within {@code nanos}. */
    @Nullable
    SupervisorInput poll(long nanos) throws InterruptedException {
        return inputs.poll(Math.max(0, nanos), TimeUnit.NANOSECONDS);
    }
}
