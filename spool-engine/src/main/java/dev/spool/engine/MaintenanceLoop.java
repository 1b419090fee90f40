package dev.spool.engine;

import dev.spool.SpoolException;
import dev.spool.engine.io.EngineClock;
import dev.spool.engine.spi.MaintenanceStep;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One maintenance step and its time-table: runs it when it is due, woken or asked for, and lets it be paused between two steps.
 *
 * <p>{@link #turn} is called by one thread at a time, the other methods by any.
 */
final class MaintenanceLoop {

    private static final System.Logger LOG = System.getLogger(MaintenanceLoop.class.getName());

    /** How long a step that failed is left alone, whoever wakes it: what it did in vain may be what woke it. */
    private static final long BACK_OFF_NANOS = 1_000_000_000L;

    private final MaintenanceStep step;
    private final EngineClock clock;
    private final Completions completions;
    private final Doorbell bell = new Doorbell();
    private final ReentrantLock stepping = new ReentrantLock();
    private final ConcurrentLinkedQueue<CompletableFuture<@Nullable Void>> rounds = new ConcurrentLinkedQueue<>();
    private volatile boolean paused;
    private volatile boolean woken;
    private volatile long due;
    private boolean dueKnown = true;
    private volatile boolean backingOff;

    MaintenanceLoop(MaintenanceStep step, EngineClock clock, Completions completions) {
        this.step = step;
        this.clock = clock;
        this.completions = completions;
        this.due = clock.nanoTime();
    }

    String name() {
        return step.name();
    }

    Doorbell bell() {
        return bell;
    }

    void wake() {
        woken = true;
        bell.ring();
    }

    /** Runs the step once, due or not; the future completes then, on the callback executor. */
    CompletableFuture<@Nullable Void> round() {
        CompletableFuture<@Nullable Void> round = new CompletableFuture<>();
        rounds.add(round);
        wake();
        if (paused) {
            finishRounds(null);
        }
        return round;
    }

    /** Begins no step any more; returns when none is running. */
    void pause() {
        stepping.lock();
        try {
            paused = true;
        } finally {
            stepping.unlock();
        }
        finishRounds(null); // nobody waits for a round that may never come
    }

    /** Begins no step any more, without waiting for one that is running. */
    void halt() {
        paused = true;
    }

    void resume() {
        paused = false;
        wake();
    }

    /** Whether nobody has asked for a step before it is due. */
    boolean isIdle() {
        boolean asked = woken && !(backingOff && clock.nanoTime() - due < 0);
        return paused || (!asked && rounds.isEmpty());
    }

    /** Whether {@link #turn} would not run the step. */
    boolean isResting() {
        return isIdle() && (paused || !dueKnown || clock.nanoTime() - due < 0);
    }

    /** Runs the step if it is due. Returns nanoseconds until it is due again; 0 if it is due now. */
    long turn() {
        if (isResting()) {
            return paused || !dueKnown ? Long.MAX_VALUE : Math.max(1, due - clock.nanoTime());
        }
        stepping.lock();
        try {
            if (paused) {
                return Long.MAX_VALUE;
            }
            woken = false;
            step();
        } finally {
            stepping.unlock();
        }
        return dueKnown ? Math.max(0, due - clock.nanoTime()) : Long.MAX_VALUE;
    }

    private void step() {
        int asked = rounds.size();
        long wait = BACK_OFF_NANOS;
        Throwable failure = null;
        try {
            wait = step.step();
        } catch (SpoolException | RuntimeException | Error e) {
            LOG.log(Level.WARNING, "maintenance step " + step.name() + " failed; it is tried again", e);
            failure = e;
        }
        dueKnown = wait != Long.MAX_VALUE;
        due = clock.nanoTime() + (dueKnown ? wait : 0);
        backingOff = failure != null;
        for (int i = 0; i < asked; i++) {
            finish(rounds.poll(), failure);
        }
    }

    private void finishRounds(@Nullable Throwable failure) {
        for (CompletableFuture<@Nullable Void> round = rounds.poll(); round != null; round = rounds.poll()) {
            finish(round, failure);
        }
    }

    private void finish(@Nullable CompletableFuture<@Nullable Void> round, @Nullable Throwable failure) {
        if (round == null) {
            return;
        }
        completions.callback(() -> {
            if (failure == null) {
                round.complete(null);
            } else {
                round.completeExceptionally(failure);
            }
        });
    }
}
