package dev.spool.testkit.torture;

import dev.spool.Health;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolLockedException;
import dev.spool.SpoolProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Freezes a loaded owner. It keeps its lock, so that nobody takes over; by turns it then goes on, or somebody deletes the lock file
 * and another process makes it anew and takes the directory over: then the first one, thawed, acknowledges nothing that it begins,
 * and overwrites nothing of the new owner's.
 */
final class Owners implements TortureMethod {

    private static final String LOCK = "spool.lock";
    private static final long PATIENCE_SECONDS = 60;

    @Override
    public String name() {
        return "owners";
    }

    @Override
    public String description() {
        return "freezes an owner, takes its lock away, lets another process take over, and thaws it";
    }

    @Override
    public List<Score> run(Order order) throws Exception {
        return SideBySide.all(order.backends(), provider -> run(order, provider));
    }

    private static Score run(Order order, SpoolProvider provider) throws Exception {
        Score score = new Score("owners", provider.name());
        Path place = Files.createDirectories(order.place("owners", provider.name()));
        int cases = order.count(4, 40);
        for (int number = 0; number < cases && (number == 0 || score.clean()); number++) {
            score.cases(1);
            Path own = Files.createDirectories(place.resolve("case-" + number));
            String what =
                    "case " + number + " of owners " + provider.name() + ", --seed " + order.seed() + ", in " + own;
            try {
                new Case(provider, own, order.random("owners", provider.name(), number), score, what)
                        .run(Step.values()[number % Step.values().length]);
            } catch (IOException | RuntimeException e) {
                score.broken(what, e);
            }
        }
        if (score.clean()) {
            RotSpool.delete(place);
        }
        return score;
    }

    /** What becomes of a frozen owner. */
    private enum Step {
        GOES_ON,
        /** It loses its lock, and goes on whatever it is told, so that nothing but the spool keeps it from acknowledging. */
        LOSES_ITS_LOCK,
        GOES_ON_AGAIN,
        /** It loses its lock while it compacts, and ends at the first failure of anything. */
        LOSES_ITS_LOCK_COMPACTING
    }

    private static final class Case {
        private final SpoolProvider provider;
        private final Path directory;
        private final Path ledger;
        private final Path successorsLedger;
        private final SplittableRandom random;
        private final Score score;
        private final String what;
        private int frozenAt;

        Case(SpoolProvider provider, Path place, SplittableRandom random, Score score, String what) {
            this.provider = provider;
            this.directory = place.resolve("spool");
            this.ledger = place.resolve("ledger");
            this.successorsLedger = place.resolve("successor");
            this.random = random;
            this.score = score;
            this.what = what;
        }

        void run(Step step) throws IOException, InterruptedException {
            boolean stubborn = step == Step.LOSES_ITS_LOCK;
            boolean lockLost = stubborn || step == Step.LOSES_ITS_LOCK_COMPACTING;
            try (Load owner = stubborn ? stubborn() : load(ledger)) {
                owner.awaitLedger(20_000 + random.nextInt(100_000));
                owner.freeze();
                requireLocked();
                if (lockLost) {
                    takeOver(owner, stubborn);
                } else {
                    owner.thaw();
                    owner.awaitMore(20_000);
                }
            }
            Path history = lockLost ? joined() : ledger;
            new Examination(provider, directory, history, Load.options()).whole(score, what);
        }

        private Load load(Path ofWhat) throws IOException {
            return Load.mixed(provider, directory, ofWhat, random.nextInt(1 << 20), Map.of());
        }

        private Load stubborn() throws IOException {
            return Load.stubborn(provider, directory, ledger, random.nextInt(1 << 20));
        }

        private void requireLocked() {
            try (Spool spool = provider.open(directory, Load.options())) {
                score.wrong(1).failure(what + ": " + spool.stats() + " was opened while its owner is frozen");
            } catch (SpoolLockedException expected) {
                // the owner holds it, frozen or not
            } catch (SpoolException e) {
                score.unreported(1).failure(what + ": opening a spool whose owner is frozen fails with " + e);
            }
        }

        private void takeOver(Load owner, boolean stubborn) throws IOException, InterruptedException {
            Files.delete(directory.resolve(LOCK));
            Files.createFile(successorsLedger);
            try (Load successor = load(successorsLedger)) {
                boolean takenOver = successor.growsOrEnds(50_000);
                if (!takenOver) {
                    score.note("takeover refused beside a living process: " + lastLine(successor.lastWords()));
                }
                frozenAt = Files.readAllLines(ledger).size();
                owner.thaw();
                if (!stubborn) {
                    owner.awaitEnd(PATIENCE_SECONDS);
                } else if (!owner.saysOrEnds("health " + Health.Cause.FENCED, PATIENCE_SECONDS)) {
                    score.unreported(1)
                            .failure(what + ": an owner that was superseded does not notice: " + owner.lastWords());
                }
                if (takenOver) {
                    requireNothingAcknowledged(Files.readAllLines(ledger));
                    successor.awaitMore(20_000);
                }
            }
        }

        /** What it began before it was frozen may have been durable already; nothing that it began since is. */
        private void requireNothingAcknowledged(List<String> lines) {
            Set<String> begun = new HashSet<>();
            for (String line : lines.subList(frozenAt, lines.size())) {
                if (line.startsWith("s ") || line.startsWith("r ")) {
                    begun.add(id(line));
                } else if (begun.contains(id(line))) {
                    score.wrong(1).failure(what + ": an owner that was superseded acknowledges " + line);
                }
            }
        }

        /** The second word of a line of a ledger; empty if its writer died within it. */
        private static String id(String line) {
            int end = line.indexOf(' ', 2);
            return line.length() < 3 ? "" : line.substring(2, end < 0 ? line.length() : end);
        }

        private static Set<String> ids(List<String> lines) {
            Set<String> ids = new HashSet<>();
            lines.forEach(line -> ids.add(id(line)));
            return ids;
        }

        /**
         * The history of both: what the first owner did until it was frozen, then what the successor did with what it found; of what
         * the first one did once it was thawed, what concerns messages that the successor never touched.
         */
        private Path joined() throws IOException {
            List<String> first = Files.readAllLines(ledger);
            List<String> second = Files.readAllLines(successorsLedger);
            Set<String> touched = ids(second);
            List<String> all = new ArrayList<>(first.subList(0, frozenAt));
            first.subList(frozenAt, first.size()).stream()
                    .filter(line -> !touched.contains(id(line)))
                    .forEach(all::add);
            all.addAll(second);
            return Files.write(ledger.resolveSibling("joined"), all);
        }

        private static String lastLine(String text) {
            return text.lines()
                    .filter(line -> line.contains("Exception"))
                    .findFirst()
                    .orElse(text);
        }
    }
}
