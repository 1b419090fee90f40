package dev.spool.testkit.torture;

import dev.spool.SpoolProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts the power of a filesystem while a spool on it is loaded, the ledger being on another one. By turns the load is {@code
 * bin/spool stress}, and then {@code bin/spool fsck} and {@code verify} judge; or it is one of small segments, envelopes, large
 * messages and compaction without end, judged by the same oracle.
 */
final class PowerCuts implements TortureMethod {

    private static final long VOLUME_BYTES = 768L << 20;
    private static final int CUTS_PER_DIRECTORY = 10;
    private static final Pattern COUNT = Pattern.compile("\"(lost|wrong|resurrected|corrupt)\":(\\d+)");

    @Override
    public String name() {
        return "powercut";
    }

    @Override
    public String description() {
        return "cuts the power of a loop-mounted ext4 or xfs under load, again and again";
    }

    @Override
    public String missing() {
        return LoopVolume.missing();
    }

    @Override
    public List<Score> run(Order order) throws Exception {
        List<Run> runs = new ArrayList<>();
        for (SpoolProvider provider : order.backends()) {
            for (String filesystem : order.filesystems()) {
                runs.add(new Run(order, provider, filesystem));
            }
        }
        return SideBySide.all(runs, Run::run);
    }

    /** All cuts of one backend on one filesystem. */
    private static final class Run {
        private final Order order;
        private final SpoolProvider provider;
        private final String filesystem;
        private final Score score;
        private final Path place;

        Run(Order order, SpoolProvider provider, String filesystem) {
            this.order = order;
            this.provider = provider;
            this.filesystem = filesystem;
            this.score = new Score("powercut", provider.name() + " " + filesystem);
            this.place = order.place("powercut", provider.name() + "-" + filesystem);
        }

        Score run() throws Exception {
            int cuts = order.count(3, 50);
            try (LoopVolume volume = LoopVolume.make(place, filesystem, VOLUME_BYTES)) {
                for (int cut = 0; cut < cuts; cut++) {
                    one(volume, cut);
                    if (!score.clean()) {
                        score.failure("what is left is in " + place + ": " + volume.image() + " and the ledgers");
                        return score;
                    }
                }
                volume.delete();
            }
            return score;
        }

        private void one(LoopVolume volume, int cut) throws Exception {
            String what = "cut " + cut + " of " + provider.name() + " on " + filesystem + ", --seed " + order.seed();
            Path ledger = place.resolve("ledger-" + cut / CUTS_PER_DIRECTORY);
            Path directory = volume.root().resolve("spool-" + cut / CUTS_PER_DIRECTORY);
            score.cases(1);
            try {
                volume.mount();
                if (cut > 0 && cut % CUTS_PER_DIRECTORY == 0) {
                    Command.run("rm", "-rf", volume.root().resolve("spool-" + (cut / CUTS_PER_DIRECTORY - 1)) + "")
                            .must();
                }
                boolean stressed = cut % 2 == 0;
                loadAndCut(volume, directory, ledger, cut, stressed);
                volume.unmount();
                volume.mount();
                if (stressed) {
                    judgeByCommands(directory, ledger, what);
                } else {
                    new Examination(provider, directory, ledger, Load.options()).untouched(score, what);
                }
                if (cut % CUTS_PER_DIRECTORY == CUTS_PER_DIRECTORY - 1) {
                    new Examination(provider, directory, ledger, Load.options()).whole(score, what);
                }
                volume.unmount();
            } catch (IOException | RuntimeException e) {
                score.broken(what, e);
            }
        }

        private void loadAndCut(LoopVolume volume, Path directory, Path ledger, int cut, boolean stressed)
                throws IOException, InterruptedException {
            SplittableRandom random = order.random("powercut", score.backend(), cut);
            try (Load load = stressed
                    ? Load.stress(order.spoolCommand(), provider.name(), directory, ledger, List.of())
                    : Load.mixed(provider, directory, ledger, random.nextInt(1 << 20), Map.of())) {
                load.awaitLedger(random.nextInt(10) == 0 ? 1 : 1 + random.nextInt(1 << 20));
                Thread.sleep(random.nextInt(100));
                volume.cutPower();
            }
        }

        private void judgeByCommands(Path directory, Path ledger, String what)
                throws IOException, InterruptedException {
            String spool = order.spoolCommand().toString();
            Command fsck = Command.run(spool, "fsck", "--dir", directory.toString(), "--json");
            if (fsck.status() != 0) {
                score.unreported(1).failure(what + ": fsck exits with " + fsck.status() + ": " + fsck.output());
            }
            Command verify =
                    Command.run(spool, "verify", "--dir", directory.toString(), "--acks", ledger.toString(), "--json");
            for (Matcher count = COUNT.matcher(verify.output()); count.find(); ) {
                long found = Long.parseLong(count.group(2));
                switch (count.group(1)) {
                    case "lost", "corrupt" -> score.lost(found);
                    default -> score.wrong(found);
                }
            }
            if (verify.status() != 0) {
                score.failure(what + ": verify exits with " + verify.status() + ": " + verify.output());
            }
            if (!Files.exists(ledger)) {
                score.unreported(1).failure(what + ": no ledger");
            }
        }
    }
}
