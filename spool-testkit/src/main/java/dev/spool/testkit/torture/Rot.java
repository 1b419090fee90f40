package dev.spool.testkit.torture;

import dev.spool.SpoolProvider;
import dev.spool.testkit.process.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Damages files: bits, blocks, ends, whole files, by chance over every kind of file and over live, replaced and removed records.
 * Each case runs in a process of its own or with others, which is killed when a case takes more than two minutes or all its
 * memory.
 */
final class Rot implements TortureMethod {

    private static final long MINUTES_PER_CASE = 2;
    private static final Path MEMORY = Path.of("/dev/shm");

    /** The backend whose format on disk is our own, so that more is to be tried, and more to be expected. */
    static final String OWN_FORMAT = "file";

    /** Statuses of a JVM that a signal has ended: SIGABRT, SIGBUS, SIGFPE and SIGSEGV. */
    private static final Set<Integer> CRASHES = Set.of(134, 135, 136, 139);

    @Override
    public String name() {
        return "rot";
    }

    @Override
    public String description() {
        return "flips, zeroes, duplicates, swaps, cuts off, puts back and deletes what is on disk";
    }

    @Override
    public List<Score> run(Order order) throws Exception {
        List<Score> scores = new ArrayList<>();
        for (SpoolProvider provider : order.backends()) {
            scores.add(run(order, provider));
        }
        return scores;
    }

    private static Score run(Order order, SpoolProvider provider) throws Exception {
        Score score = new Score("rot", provider.name());
        boolean own = provider.name().equals(OWN_FORMAT);
        long cases = order.only() >= 0 ? 1 : own ? order.count(400, 10_000) : order.count(100, 1_000);
        long first = order.only() >= 0 ? order.only() : 0;
        Path place = Files.isWritable(MEMORY)
                ? Files.createTempDirectory(MEMORY, "torture-rot-")
                : Files.createDirectories(order.place("rot", provider.name()));
        int processes = order.only() >= 0 ? 1 : Runtime.getRuntime().availableProcessors();
        AtomicLong next = new AtomicLong(first);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < processes; i++) {
            Path part = Files.createDirectories(place.resolve("part-" + i));
            Thread thread = new Thread(() -> batches(order, provider, score, part, next, first + cases), "rot-" + i);
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        if (score.clean()) {
            RotSpool.delete(place);
        } else {
            score.failure("what was damaged is in " + place);
        }
        return score;
    }

    private static void batches(
            Order order, SpoolProvider provider, Score score, Path place, AtomicLong next, long end) {
        int batch = RotProcess.CASES_PER_SPOOL;
        for (long first = next.getAndAdd(batch); first < end; first = next.getAndAdd(batch)) {
            long last = Math.min(end, first + batch) - 1;
            for (long from = first; from <= last; ) {
                try {
                    from = new Batch(order, provider, score, place).run(from, last) + 1;
                } catch (IOException | InterruptedException | RuntimeException e) {
                    score.broken("cases " + from + " to " + last, e);
                    from = last + 1;
                }
            }
        }
    }

    /** One child. */
    private static final class Batch {
        private final Order order;
        private final SpoolProvider provider;
        private final Score score;
        private final Path place;
        private final AtomicBoolean timedOut = new AtomicBoolean();
        private long number;
        private String does = "";
        private String phase = "";

        Batch(Order order, SpoolProvider provider, Score score, Path place) {
            this.order = order;
            this.provider = provider;
            this.score = score;
            this.place = place;
        }

        /** The number of the last case that was done. */
        long run(long first, long last) throws IOException, InterruptedException {
            number = first - 1;
            Path errors = place.resolve("errors");
            Process child = new ProcessBuilder(ChildJvm.command(
                            RotProcess.class, RotProcess.arguments(provider.name(), order.seed(), place, first, last)))
                    .redirectError(errors.toFile())
                    .start();
            ScheduledThreadPoolExecutor watch = new ScheduledThreadPoolExecutor(1);
            boolean done = false;
            try (BufferedReader lines = child.inputReader(StandardCharsets.UTF_8)) {
                Runnable kill = () -> {
                    timedOut.set(true);
                    child.destroyForcibly();
                };
                var patience = watch.schedule(kill, MINUTES_PER_CASE, TimeUnit.MINUTES);
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    patience.cancel(false);
                    patience = watch.schedule(kill, MINUTES_PER_CASE, TimeUnit.MINUTES);
                    done |= line.equals(ChildJvm.PREFIX + "done");
                    if (line.startsWith(ChildJvm.PREFIX)) {
                        heard(line.substring(ChildJvm.PREFIX.length()));
                    }
                }
            } finally {
                watch.shutdownNow();
                child.destroyForcibly().waitFor();
            }
            if (!done && mayCrash(child.exitValue())) {
                score.note("crash of the process in " + phase + ", case " + number + ": after " + does);
                number = Math.max(number, first);
            } else if (!done) {
                String text = Files.readString(errors);
                score.unreported(1)
                        .failure(replay(number) + ": after " + does + ": "
                                + (timedOut.get()
                                        ? "hangs"
                                        : "the process ends with status " + child.exitValue() + ": "
                                                + text.substring(0, Math.min(1500, text.length()))));
                number = Math.max(number, first);
            }
            return number;
        }

        /** LMDB reads a map without checks: a damaged page may crash who reads it. Its check must not be one of those. */
        private boolean mayCrash(int status) {
            return provider.name().equals("lmdb")
                    && !timedOut.get()
                    && !phase.equals("check")
                    && CRASHES.contains(status);
        }

        private void heard(String line) {
            String[] words = line.split(" ", 2);
            switch (words[0]) {
                case "case" -> {
                    number = Long.parseLong(words[1]);
                    score.cases(1);
                }
                case "does" -> does = words[1];
                case RotProcess.PHASE -> phase = words[1];
                case "bad" -> {
                    String[] counts = words[1].split(" ", 4);
                    score.lost(Long.parseLong(counts[0]))
                            .wrong(Long.parseLong(counts[1]))
                            .unreported(Long.parseLong(counts[2]))
                            .failure(replay(number) + ": " + counts[3]);
                }
                default -> {}
            }
        }

        private String replay(long number) {
            return "case " + number + ": replay with bin/torture --method rot --backend " + provider.name() + " --seed "
                    + order.seed() + " --case " + number;
        }
    }
}
