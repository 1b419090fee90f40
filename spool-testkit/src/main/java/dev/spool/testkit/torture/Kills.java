package dev.spool.testkit.torture;

import dev.spool.SpoolProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Kills a process under load with {@code kill -9} at random moments, in recovery too, round after round on one directory. */
final class Kills implements TortureMethod {

    @Override
    public String name() {
        return "kill";
    }

    @Override
    public String description() {
        return "kills a loaded process with SIGKILL, again and again on one directory, compaction running";
    }

    @Override
    public List<Score> run(Order order) throws Exception {
        return SideBySide.all(order.backends(), provider -> run(order, provider));
    }

    private static Score run(Order order, SpoolProvider provider) throws Exception {
        Score score = new Score("kill", provider.name());
        Path place = java.nio.file.Files.createDirectories(order.place("kill", provider.name()));
        Path directory = place.resolve("spool");
        Path ledger = place.resolve("ledger");
        Examination examination = new Examination(provider, directory, ledger, Load.options());
        int rounds = order.count(10, 200);
        for (int round = 0; round < rounds && (score.clean() || round == 0); round++) {
            String what = "kill " + round + " of " + provider.name() + ", --seed " + order.seed() + ", in " + place;
            score.cases(1);
            SplittableRandom random = order.random("kill", provider.name(), round);
            try {
                try (Load load = Load.mixed(provider, directory, ledger, random.nextInt(1 << 20), Map.of())) {
                    if (round == 0 || random.nextInt(5) > 0) {
                        load.awaitLedger(1 + random.nextInt(200_000));
                    } else {
                        Thread.sleep(random.nextInt(400)); // perhaps while it opens
                    }
                }
                examination.untouched(score, what);
            } catch (IOException | RuntimeException e) {
                score.broken(what, e);
            }
        }
        if (score.clean()) {
            examination.whole(score, "after all kills of " + provider.name() + " in " + place);
        }
        if (score.clean()) {
            Command.run("rm", "-rf", place.toString());
        }
        return score;
    }
}
