package dev.spool.cli.stress;

import dev.spool.Spool;
import dev.spool.cli.base.Progress;
import dev.spool.cli.base.StopSignal;
import dev.spool.engine.ledger.Ledger;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the workers of a plan until its time is over or the process is told to stop. */
public final class StressRun {

    private static final long POLL_MILLIS = 100;

    private final StressTally tally;
    private final double seconds;

    private StressRun(StressTally tally, double seconds) {
        this.tally = tally;
        this.seconds = seconds;
    }

    /** Returns when every operation that was issued has its outcome. */
    public static StressRun run(StressPlan plan, Spool spool, Ledger ledger, StopSignal stop, Progress progress)
            throws InterruptedException {
        LedgeredSpool ledgered = new LedgeredSpool(spool, ledger);
        long begin = System.nanoTime();
        long end = begin + plan.duration().toNanos();
        List<StressWorker> workers = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < plan.threads(); i++) {
            StressWorker worker = new StressWorker(plan, spool, ledgered, stop, end);
            workers.add(worker);
            threads.add(new Thread(worker, "stress-" + i));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                thread.join(POLL_MILLIS);
                progress.at(workers.stream()
                        .mapToLong(StressWorker::acknowledgedCount)
                        .sum());
            }
        }
        double seconds = (System.nanoTime() - begin) / (double) TimeUnit.SECONDS.toNanos(1);
        StressTally tally = new StressTally();
        workers.forEach(worker -> tally.add(worker.tally()));
        return new StressRun(tally, seconds);
    }

    public StressTally tally() {
        return tally;
    }

    /** How long it took, to the last acknowledgement. */
    public double seconds() {
        return seconds;
    }
}
