package dev.spool.jmh;

import dev.spool.SpoolException;
import dev.spool.SpoolOptions;
import dev.spool.SpoolStats;
import dev.spool.jmh.peer.SpoolPeer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * Deferred mail for a long time at a steady rate, a part of what can be reached. Looks after each minute at what it had cost and what
 * the process holds: whatever grows, or gets slower, shows.
 */
public final class Soak {

    /** The part of the reachable rate. */
    public static final double LOAD = 0.8;

    private static final long WARM_UP_SECONDS = 30;
    private static final long REACHED_SECONDS = 30;

    private final DeferredMail mail;
    private final SpoolPeer peer;
    private final AtomicLong steps = new AtomicLong();
    private volatile long nanosPerStep;
    private volatile long startNanos;
    private volatile boolean ending;

    private Soak(SpoolPeer peer, DeferredMail mail) {
        this.peer = peer;
        this.mail = mail;
    }

    /**
     * One minute.
     *
     * @param perSecond messages that came
     * @param p99Micros of a store
     * @param maxMicros of a store
     * @param rssMiB memory of the process
     * @param openFiles descriptors of the process
     * @param diskMiB bytes of the spool
     * @param liveMiB bytes of live messages
     */
    public record Minute(
            double perSecond,
            double p99Micros,
            double maxMicros,
            long rssMiB,
            long openFiles,
            long diskMiB,
            long liveMiB) {}

    /**
     * Runs for so many minutes on one backend, after one to find the reachable rate.
     *
     * @param told of each minute when it is over
     */
    public static void run(String backend, int minutes, Consumer<Minute> told)
            throws IOException, InterruptedException {
        Path directory = Workload.newDirectory("soak");
        try (SpoolPeer peer = new SpoolPeer(backend, directory, SpoolOptions.DEFAULTS)) {
            new Soak(peer, new DeferredMail(peer.spool(), Bodies.named(Bodies.MAIL))).run(minutes, told);
        } finally {
            Workload.delete(directory);
        }
    }

    private void run(int minutes, Consumer<Minute> told) throws IOException, InterruptedException {
        mail.fill();
        List<Latencies> latencies = new ArrayList<>();
        ExecutorService callers = Executors.newFixedThreadPool(Workload.BLOCKED_THREADS);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < Workload.BLOCKED_THREADS; i++) {
            Latencies own = new Latencies();
            latencies.add(own);
            running.add(callers.submit(() -> work(own)));
        }
        TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
        long before = steps.get();
        TimeUnit.SECONDS.sleep(REACHED_SECONDS);
        double reached = (double) (steps.get() - before) / REACHED_SECONDS;
        startNanos = System.nanoTime();
        steps.set(0);
        nanosPerStep = (long) (1e9 / (reached * LOAD));
        for (int i = 0; i < minutes; i++) {
            long begun = steps.get();
            collect(latencies);
            TimeUnit.MINUTES.sleep(1);
            told.accept(minute((steps.get() - begun) / 60.0, collect(latencies)));
        }
        ending = true;
        callers.shutdown();
        for (Future<?> one : running) {
            await(one);
        }
    }

    private static void await(Future<?> one) throws IOException, InterruptedException {
        try {
            one.get();
        } catch (ExecutionException e) {
            throw new IOException("a caller failed", e);
        }
    }

    private Void work(Latencies latencies) throws SpoolException {
        while (!ending) {
            long number = steps.getAndIncrement();
            if (nanosPerStep > 0) {
                long due = startNanos + number * nanosPerStep;
                for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
            }
            synchronized (latencies) {
                mail.step((int) number, latencies);
            }
        }
        return null;
    }

    private static Histogram collect(List<Latencies> latencies) {
        Histogram all = Latencies.histogram();
        for (Latencies one : latencies) {
            synchronized (one) {
                one.moveTo(all);
            }
        }
        return all;
    }

    private Minute minute(double perSecond, Histogram stores) throws IOException {
        SpoolStats stats = peer.spool().stats();
        return new Minute(
                perSecond,
                stores.getValueAtPercentile(99) / 1e3,
                stores.getMaxValue() / 1e3,
                ThisProcess.memoryMiB("VmRSS:"),
                ThisProcess.openFiles(),
                stats.totalBytes() >> 20,
                stats.liveBytes() >> 20);
    }
}
