package dev.spool.cli.base;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command that runs for long end in order when the process is told to stop. A command that does not ask is stopped
 * as any JVM is.
 */
public final class StopSignal {

    private final CountDownLatch stopped = new CountDownLatch(1);
    private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();

    private final boolean connected;

    private StopSignal(boolean connected) {
        this.connected = connected;
    }

    /** Raised by SIGTERM, SIGINT and SIGHUP once a command has taken over. */
    public static StopSignal ofThisProcess() {
        return new StopSignal(true);
    }

    /** A signal that is raised by nobody but its owner. */
    public static StopSignal unconnected() {
        return new StopSignal(false);
    }

    /**
     * From now on the process, when told to stop, raises this signal, waits for the command's end, and ends with the
     * command's exit code.
     */
    public void takeOver() {
        if (connected) {
            Runtime.getRuntime().addShutdownHook(new Thread(this::stopInOrder, "spool-stop"));
        }
    }

    /** Asks the command to end. */
    public void raise() {
        stopped.countDown();
    }

    public boolean isRaised() {
        return stopped.getCount() == 0;
    }

    /** Waits until the signal is raised or the time is over. */
    public void await(long time, TimeUnit unit) throws InterruptedException {
        stopped.await(time, unit);
    }

    /** Called when the command is over, before the JVM is told to exit. */
    public void ended(int code) {
        exitCode.complete(code);
    }

    private void stopInOrder() {
        if (!exitCode.isDone()) {
            raise();
            // Only halt can give another exit code than that of the signal; the command has flushed its output by then.
            Runtime.getRuntime().halt(exitCode.join());
        }
    }
}
