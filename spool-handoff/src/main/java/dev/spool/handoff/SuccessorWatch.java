package dev.spool.handoff;

import dev.spool.Drainable;
import dev.spool.SpoolException;
import dev.spool.handoff.protocol.IncumbentEvent;
import dev.spool.handoff.transport.TimeSource;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.function.Consumer;

/** Waits, for an incumbent without a supervisor, for what decides its fate; looks twenty times a second. */
final class SuccessorWatch {

    private static final System.Logger LOG = System.getLogger(SuccessorWatch.class.getName());
    private static final Duration PERIOD = Duration.ofMillis(50);

    private final ProcessId successor;
    private final Drainable drainable;
    private final TimeSource time;
    private final long began;
    private final Duration timeLeft;
    private final Consumer<IncumbentEvent> happened;
    private volatile boolean stopped;

    /**
     * @param timeLeft after how long from now to tell that the deadline has passed
     */
    SuccessorWatch(
            ProcessId successor,
            Drainable drainable,
            TimeSource time,
            Duration timeLeft,
            Consumer<IncumbentEvent> happened) {
        this.successor = successor;
        this.drainable = drainable;
        this.time = time;
        this.began = time.nanoTime();
        this.timeLeft = timeLeft;
        this.happened = happened;
    }

    void start() {
        Thread thread = new Thread(this::run, "spool-handoff-watch");
        thread.setDaemon(true);
        thread.start();
    }

    void stop() {
        stopped = true;
    }

    private void run() {
        boolean told = false;
        while (!stopped) {
            boolean gone = successor.running().isEmpty();
            if (isOvertaken()) {
                happened.accept(new IncumbentEvent.EpochMoved());
                return;
            }
            if (gone) {
                happened.accept(new IncumbentEvent.SuccessorGone());
                return;
            }
            if (!told && time.since(began).compareTo(timeLeft) >= 0) {
                told = true;
                happened.accept(new IncumbentEvent.DeadlinePassed());
            }
            try {
                time.sleep(PERIOD);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private boolean isOvertaken() {
        try {
            return drainable.isOvertaken();
        } catch (SpoolException e) {
            LOG.log(Level.WARNING, "cannot look at the epoch, looking again", e);
            return false;
        }
    }
}
