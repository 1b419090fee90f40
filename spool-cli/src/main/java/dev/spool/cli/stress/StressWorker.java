package dev.spool.cli.stress;

import dev.spool.Message;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolInDoubtException;
import dev.spool.cli.base.StopSignal;
import dev.spool.cli.stress.StressOperation.LiveMessage;
import dev.spool.engine.ledger.Payload;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One thread of load, with ids of its own, on none of which two operations are ever under way at once. With one operation in
 * flight it waits in the spool, as a host's connection thread does; with more it has futures complete into its queue.
 */
final class StressWorker implements Runnable {

    /** One load for so many stores is enough for percentiles, and leaves the disk to the stores. */
    private static final int STORES_PER_LOAD = 8;

    private static final long BACK_OFF_MILLIS_MIN = 1;
    private static final long BACK_OFF_MILLIS_MAX = 100;

    private final StressPlan plan;
    private final Spool spool;
    private final LedgeredSpool ledgered;
    private final StopSignal stop;
    private final long endNanos;

    private final SplittableRandom random = new SplittableRandom();
    private final LivePool pool = new LivePool(random);
    private final StressTally tally = new StressTally();
    private final BlockingQueue<StressOperation> completed = new LinkedBlockingQueue<>();
    private final Deque<StressOperation> refused = new ArrayDeque<>();
    private int inFlight;
    private long removalsDue;
    private long replacesDue;
    private long backOffMillis = BACK_OFF_MILLIS_MIN;
    private boolean backOff;
    private boolean begun;
    private final AtomicLong acknowledged = new AtomicLong();

    StressWorker(StressPlan plan, Spool spool, LedgeredSpool ledgered, StopSignal stop, long endNanos) {
        this.plan = plan;
        this.spool = spool;
        this.ledgered = ledgered;
        this.stop = stop;
        this.endNanos = endNanos;
    }

    @Override
    public void run() {
        try {
            while (goesOn()) {
                if (backOff) {
                    backOff = false;
                    waitBeforeRetry();
                }
                while (inFlight < plan.inFlight() && !backOff && goesOn()) {
                    issue();
                }
                if (inFlight > 0) {
                    settle(completed.take());
                }
            }
            while (inFlight > 0) {
                settle(completed.take());
            }
        } catch (InterruptedException e) {
            tally.fatal(e);
        } catch (RuntimeException e) {
            tally.fatal(e);
        }
    }

    /** Complete once {@link #run} has returned. */
    StressTally tally() {
        return tally;
    }

    /** Acknowledged operations as of now; for any thread. */
    long acknowledgedCount() {
        return acknowledged.get();
    }

    private boolean goesOn() {
        // One operation at least, however long this thread's start took: a short run on a slow machine is still a run.
        boolean inTime = !begun || System.nanoTime() - endNanos < 0;
        return tally.fatalFailure() == null && !stop.isRaised() && inTime;
    }

    private void waitBeforeRetry() throws InterruptedException {
        stop.await(backOffMillis, TimeUnit.MILLISECONDS);
        backOffMillis = Math.min(BACK_OFF_MILLIS_MAX, backOffMillis * 2);
    }

    private void issue() {
        StressOperation operation = nextOperation();
        begun = true;
        inFlight++;
        if (plan.inFlight() == 1) {
            ledgered.perform(operation);
            completed.add(operation);
        } else {
            ledgered.start(operation, completed::add);
        }
    }

    private StressOperation nextOperation() {
        if (!refused.isEmpty()) {
            return refused.remove();
        }
        if (removalsDue > 0 && !pool.isEmpty()) {
            removalsDue--;
            return StressOperation.remove(pool.take());
        }
        int sizeBytes = plan.sizes().pick(random);
        if (replacesDue > 0 && !pool.isEmpty()) {
            replacesDue--;
            return StressOperation.replace(pool.take(), sizeBytes);
        }
        return StressOperation.store(sizeBytes);
    }

    private void settle(StressOperation operation) {
        inFlight--;
        Exception failure = operation.failure();
        if (failure == null) {
            acknowledged(operation);
        } else if (failure instanceof SpoolInDoubtException) {
            // Whole or absent: nothing more is done with this id, and the oracle takes either.
            tally.inDoubt();
            backOff = true;
        } else if (failure instanceof SpoolException refusal && refusal.retryable()) {
            tally.refused();
            refused.add(operation);
            backOff = true;
        } else {
            tally.fatal(failure);
        }
    }

    private void acknowledged(StressOperation operation) {
        backOffMillis = BACK_OFF_MILLIS_MIN;
        acknowledged.incrementAndGet();
        if (operation.kind() == StressOperation.Kind.REMOVE) {
            tally.removed(operation);
            return;
        }
        tally.stored(operation);
        pool.add(operation.target());
        if (operation.kind() == StressOperation.Kind.STORE) {
            removalsDue += random.nextDouble() < plan.removeRatio() ? 1 : 0;
            replacesDue += random.nextDouble() < plan.replaceRatio() ? 1 : 0;
        }
        if (random.nextInt(STORES_PER_LOAD) == 0) {
            load(pool.pick());
        }
    }

    private void load(LiveMessage expected) {
        long begin = System.nanoTime();
        Optional<Message> found;
        try {
            found = spool.blocking().load(expected.id());
        } catch (SpoolException e) {
            tally.failedLoad();
            return;
        }
        tally.loaded(System.nanoTime() - begin);
        if (found.isEmpty() || !isVersion(expected, found.get())) {
            tally.wrongLoad();
        }
    }

    private static boolean isVersion(LiveMessage expected, Message found) {
        byte[] body = Payload.of(expected.id(), expected.sizeBytes(), expected.version());
        return Arrays.equals(body, found.bodyToArray());
    }
}
