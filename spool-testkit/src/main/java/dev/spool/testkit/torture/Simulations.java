package dev.spool.testkit.torture;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** Runs the simulations that backends bring, on all processors. */
final class Simulations implements TortureMethod {

    private static final int FAILURES_MAX = 5;

    @Override
    public String name() {
        return "simulate";
    }

    @Override
    public String description() {
        return "crashes and recovers on a simulated disk that loses, tears, reorders, fails and lies";
    }

    @Override
    public List<Score> run(Order order) throws Exception {
        List<Score> scores = new ArrayList<>();
        for (CrashSimulation simulation : ServiceLoader.load(CrashSimulation.class)) {
            if (order.backend(simulation.backend()) != null) {
                scores.add(run(order, simulation));
            }
        }
        return scores;
    }

    private static Score run(Order order, CrashSimulation simulation) throws InterruptedException {
        Score score = new Score("simulate", simulation.backend());
        long cases = order.count(6_000, 100_000);
        long runs = (cases + simulation.livesPerRun() - 1) / simulation.livesPerRun();
        long first = order.only() >= 0 ? order.only() : order.seed() * 1_000_000;
        long end = order.only() >= 0 ? first + 1 : first + runs;
        AtomicLong next = new AtomicLong(first);
        Map<String, Integer> hits = new TreeMap<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            Thread thread = new Thread(
                    () -> {
                        Map<String, Integer> own = new TreeMap<>();
                        for (long seed = next.getAndIncrement(); seed < end; seed = next.getAndIncrement()) {
                            one(score, simulation, seed, own);
                        }
                        synchronized (hits) {
                            own.forEach((point, count) -> hits.merge(point, count, Integer::sum));
                        }
                    },
                    "simulate-" + i);
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return score.note("points hit: " + hits);
    }

    private static void one(Score score, CrashSimulation simulation, long seed, Map<String, Integer> hits) {
        if (score.failures().size() >= FAILURES_MAX) {
            return;
        }
        try {
            simulation.run(seed, hits);
        } catch (Throwable e) {
            score.broken(
                    "seed " + seed + ": replay with bin/torture --method simulate --backend " + simulation.backend()
                            + " --case " + seed,
                    e);
        }
        score.cases(simulation.livesPerRun());
    }
}
