package dev.spool.testkit.model;

import dev.spool.engine.SteppedSpool;
import dev.spool.testkit.disk.IoEvent;
import dev.spool.testkit.disk.IoListener;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Now and then, where an engine is about to read or write, lets another of its steps go first, as if the two were threads that
 * run at once.
 */
final class Interleaving implements IoListener {

    private static final int ODDS_MAX = 30;

    private final SplittableRandom random;
    private final int odds;
    private final List<SteppedSpool.Step> steps;
    private final Path directory;

    /** @param directory whose own files are left alone: some are changed under a lock, which one thread gets twice */
    Interleaving(SplittableRandom random, List<SteppedSpool.Step> steps, Path directory) {
        this.random = random;
        this.odds = random.nextInt(1, ODDS_MAX);
        this.steps = List.copyOf(steps);
        this.directory = directory;
    }

    @Override
    public void before(IoEvent event) {
        if (directory.equals(event.path()) || directory.equals(event.path().getParent())) {
            return;
        }
        if (random.nextInt(odds) == 0) {
            steps.get(random.nextInt(steps.size())).run();
        }
    }
}
