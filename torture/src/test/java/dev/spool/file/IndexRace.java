package dev.spool.file;

import dev.spool.testkit.history.CallHistory;
import dev.spool.testkit.history.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The location index as the committer, compaction and loads use it at the same time: one puts and removes, one puts copies in the place
 * of originals, one looks up. The ids are few, of one stripe, and come and go, so that its table moves them and changes its size all the
 * time.
 */
public final class IndexRace {

    private static final int IDS = 6;
    private static final int CALLS = 16;

    private final LocationIndex index = new LocationIndex(new IdHash(17, 4));
    private final SplittableRandom random;
    private final List<Target> targets = new ArrayList<>();
    private int numbers;
    private int outrun;

    /** An id, and what was done to it. */
    private record Target(long low, CallHistory history) {}

    private IndexRace(SplittableRandom random) {
        this.random = random;
        int stripe = random.nextInt(index.stripes());
        for (long low = 1; targets.size() < IDS; low++) {
            if (index.stripeOf(0, low) == stripe) {
                targets.add(new Target(low, new CallHistory()));
            }
        }
    }

    /**
     * One race, the same each time.
     *
     * @return how many swaps of copies lost against a change
     * @throws AssertionError if there is no order of the calls on an id that explains what they answered
     */
    public static int run(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        IndexRace race = new IndexRace(random);
        Turns.race(random, List.of(race.often(race::commit), race.often(race::relocate), race.often(race::look)));
        for (Target target : race.targets) {
            String inconsistency = target.history.inconsistency();
            if (inconsistency != null) {
                throw new AssertionError("seed " + seed + ": id " + target.low + ": " + inconsistency);
            }
        }
        return race.outrun;
    }

    /** A call on an id. */
    private interface Call {
        void on(Target target);
    }

    private Runnable often(Call call) {
        return () -> {
            for (int i = 0; i < CALLS; i++) {
                Turns.pass();
                call.on(targets.get(random.nextInt(IDS)));
            }
        };
    }

    private void commit(Target target) {
        if (random.nextInt(5) < 2) {
            long began = target.history.begin();
            int before = (int) index.remove(0, target.low);
            target.history.ended(began, new Outcome.Exchanged(present(before), null));
        } else {
            int number = ++numbers;
            long began = target.history.begin();
            int before = (int) index.put(0, target.low, number);
            target.history.ended(began, new Outcome.Exchanged(present(before), number));
        }
    }

    private void relocate(Target target) {
        int original = found(target);
        if (original == 0) {
            return;
        }
        int copy = ++numbers;
        Turns.pass(); // the copy is being written
        long began = target.history.begin();
        boolean swapped = index.replace(0, target.low, original, copy);
        target.history.ended(began, swapped ? new Outcome.Exchanged(original, copy) : new Outcome.Differed(original));
        outrun += swapped ? 0 : 1;
    }

    private void look(Target target) {
        found(target);
    }

    private int found(Target target) {
        long began = target.history.begin();
        int found = (int) index.get(0, target.low);
        target.history.ended(began, new Outcome.Exchanged(present(found), present(found)));
        return found;
    }

    private static Integer present(int location) {
        return location == 0 ? null : location;
    }
}
