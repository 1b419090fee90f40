package dev.spool.testkit.torture;

import dev.spool.Health;
import dev.spool.SpoolProvider;
import dev.spool.testkit.process.ChildArguments;
import dev.spool.testkit.process.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets syncs of a loaded spool fail or hang, and then cuts the power: nothing that was acknowledged is lost, health says what is
 * the matter, and that it is over only once it is.
 */
final class Syncs implements TortureMethod {

    private static final long VOLUME_BYTES = 512L << 20;
    private static final long SEEN_WITHIN_SECONDS = 5;
    private static final long PATIENCE_SECONDS = 60;

    /** What a ledger grows by in five seconds if acknowledgements go on: some hundred of them. */
    private static final long GOES_ON_BYTES = 50_000;

    @Override
    public String name() {
        return "sync";
    }

    @Override
    public String description() {
        return "lets one sync fail, or all, or one hang for 10 s, and then cuts the power";
    }

    @Override
    public String missing() {
        return LoopVolume.missing() + SyncShim.missing();
    }

    /** What is done to the syncs. */
    private enum Fault {
        ONE_FAILS,
        ALL_FAIL_UNTIL_THE_CUT,
        ALL_FAIL_AND_WORK_AGAIN,
        ONE_HANGS
    }

    @Override
    public List<Score> run(Order order) throws Exception {
        return SideBySide.all(order.backends(), provider -> run(order, provider));
    }

    private static Score run(Order order, SpoolProvider provider) throws Exception {
        Score score = new Score("sync", provider.name());
        Path place = order.place("sync", provider.name());
        int cases = order.count(Fault.values().length, 5 * Fault.values().length);
        try (LoopVolume volume = LoopVolume.make(place, "ext4", VOLUME_BYTES)) {
            SyncShim shim = SyncShim.compile(place, volume.root());
            for (int number = 0; number < cases && (number == 0 || score.clean()); number++) {
                Fault fault = Fault.values()[number % Fault.values().length];
                String what = fault + " (case " + number + ") of " + provider.name() + ", in " + place;
                score.cases(1);
                try {
                    one(order, provider, volume, shim, fault, score, number);
                } catch (IOException | RuntimeException e) {
                    score.broken(what, e);
                }
            }
            if (score.clean()) {
                volume.delete();
            }
        }
        return score;
    }

    private static void one(
            Order order, SpoolProvider provider, LoopVolume volume, SyncShim shim, Fault fault, Score score, int number)
            throws IOException, InterruptedException {
        SplittableRandom random = order.random("sync", provider.name(), number);
        Path directory = volume.root().resolve("spool-" + number);
        Path ledger = volume.image().resolveSibling("ledger-" + number);
        String what = fault + " (case " + number + ") of " + provider.name() + ", --seed " + order.seed() + ", in "
                + volume.image().getParent();
        shim.end();
        volume.mount();
        try (Sick sick = new Sick(provider, directory, ledger, shim, random.nextInt(1 << 20))) {
            sick.await(Health.Cause.NONE, PATIENCE_SECONDS);
            sick.awaitLedger(50_000 + random.nextInt(500_000));
            switch (fault) {
                case ONE_FAILS -> {
                    shim.order('1');
                    sick.awaitTrue(shim::hasStruck);
                    sick.awaitHealthyLoad();
                }
                case ALL_FAIL_UNTIL_THE_CUT, ALL_FAIL_AND_WORK_AGAIN -> {
                    shim.order('a');
                    sick.awaitUnhealthy(score, what, Health.Cause.SYNC_FAILED, System.nanoTime());
                    sick.staysUnhealthy(score, what, 1500);
                    if (fault == Fault.ALL_FAIL_AND_WORK_AGAIN) {
                        shim.end();
                        sick.await(Health.Cause.NONE, PATIENCE_SECONDS);
                        sick.awaitHealthyLoad();
                    }
                }
                case ONE_HANGS -> {
                    shim.order('h');
                    sick.awaitTrue(shim::hasStruck);
                    sick.hang(score, what, shim);
                    sick.awaitHealthyLoad();
                }
            }
            volume.cutPower();
        }
        volume.unmount();
        shim.end();
        volume.mount();
        new Examination(provider, directory, ledger, Order.SMALL_SEGMENTS).whole(score, what);
        RotSpool.delete(directory);
        volume.unmount();
    }

    /** The child whose syncs are sick. */
    private static final class Sick implements AutoCloseable {
        private final Process process;
        private final Path ledger;
        private final Path errors;
        private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        private volatile String cause = "";

        Sick(SpoolProvider provider, Path directory, Path ledger, SyncShim shim, long seed) throws IOException {
            this.ledger = ledger;
            this.errors = ledger.resolveSibling(ledger.getFileName() + ".errors");
            List<String> arguments = new ArrayList<>(List.of(ledger.toString(), String.valueOf(seed)));
            arguments.addAll(new ChildArguments(provider, directory, Order.SMALL_SEGMENTS).encode());
            ProcessBuilder builder =
                    new ProcessBuilder(ChildJvm.command(StubbornLoad.class, arguments)).redirectError(errors.toFile());
            builder.environment().putAll(shim.environment());
            process = builder.start();
            Thread listener = new Thread(this::listen, "sick-listener");
            listener.setDaemon(true);
            listener.start();
        }

        private void listen() {
            try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith(ChildJvm.PREFIX + "health ")) {
                        cause = line.substring((ChildJvm.PREFIX + "health ").length());
                        heard.add(cause);
                    }
                }
            } catch (IOException e) {
                heard.add(e.toString());
            }
        }

        /** Waits for a cause, over others that come first. */
        void await(Health.Cause wanted, long seconds) throws IOException, InterruptedException {
            if (!comes(wanted, TimeUnit.SECONDS.toNanos(seconds))) {
                throw new IOException("health has not become " + wanted + " within " + seconds + " s, it is " + cause
                        + "; " + lastWords());
            }
        }

        private boolean comes(Health.Cause wanted, long nanos) throws InterruptedException {
            long end = System.nanoTime() + nanos;
            while (true) {
                @Nullable String next = heard.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
                if (next == null) {
                    return cause.equals(wanted.name());
                }
                if (next.equals(wanted.name())) {
                    return true;
                }
            }
        }

        void awaitUnhealthy(Score score, String what, Health.Cause wanted, long since) throws InterruptedException {
            long left = TimeUnit.SECONDS.toNanos(SEEN_WITHIN_SECONDS) - (System.nanoTime() - since);
            if (!comes(wanted, Math.max(0, left))) {
                score.unreported(1)
                        .failure(what + ": health has not become " + wanted + " within " + SEEN_WITHIN_SECONDS
                                + " s, it is " + cause);
            }
        }

        /** While all syncs fail there is nothing that could make it healthy. */
        void staysUnhealthy(Score score, String what, long millis) throws InterruptedException {
            if (comes(Health.Cause.NONE, TimeUnit.MILLISECONDS.toNanos(millis))) {
                score.unreported(1).failure(what + ": health says that all is well while all syncs fail");
            }
        }

        /**
         * The hang is seen while it lasts, and health is back only after it; unless it struck a sync that no commit waits for, such
         * as one of a file that is being filled: then acknowledgements go on.
         */
        void hang(Score score, String what, SyncShim shim) throws IOException, InterruptedException {
            long before = Files.size(ledger);
            if (!comes(Health.Cause.SYNC_SLOW, TimeUnit.SECONDS.toNanos(SEEN_WITHIN_SECONDS))) {
                if (Files.size(ledger) < before + GOES_ON_BYTES) {
                    score.unreported(1)
                            .failure(what + ": a sync hangs, nothing is acknowledged, and after " + SEEN_WITHIN_SECONDS
                                    + " s health is " + cause);
                }
                awaitTrue(shim::isOver);
                return;
            }
            boolean back = comes(Health.Cause.NONE, TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS));
            if (!back) {
                throw new IOException("health is " + cause + " long after the hang; " + lastWords());
            }
            if (!shim.isOver()) {
                score.unreported(1).failure(what + ": health says that all is well while a sync hangs");
            }
        }

        /** Waits until much has been acknowledged in good health. */
        void awaitHealthyLoad() throws IOException, InterruptedException {
            comes(Health.Cause.NONE, TimeUnit.SECONDS.toNanos(1)); // it may not have become ill at all
            if (!cause.equals(Health.Cause.NONE.name())) {
                await(Health.Cause.NONE, PATIENCE_SECONDS);
            }
            awaitLedger(100_000);
        }

        void awaitLedger(long more) throws IOException, InterruptedException {
            long wanted = (Files.exists(ledger) ? Files.size(ledger) : 0) + more;
            awaitTrue(() -> Files.exists(ledger) && Files.size(ledger) >= wanted);
        }

        /** Something that comes true, or that cannot be asked. */
        private interface Condition {
            boolean holds() throws IOException;
        }

        void awaitTrue(Condition condition) throws IOException, InterruptedException {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (!condition.holds()) {
                if (!process.isAlive() || System.nanoTime() > end) {
                    throw new IOException("the load does not go on, health " + cause + "; " + lastWords());
                }
                Thread.sleep(5);
            }
        }

        private String lastWords() throws IOException {
            String text = Files.exists(errors) ? Files.readString(errors) : "";
            return (process.isAlive() ? "running; " : "ended with " + process.exitValue() + "; ")
                    + text.substring(Math.max(0, text.length() - 1500)).strip();
        }

        @Override
        public void close() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }
    }
}
