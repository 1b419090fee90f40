package dev.spool.testkit.torture;

import dev.spool.SpoolProvider;
import dev.spool.testkit.process.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A child that damages spools one after the other, so that a crash or a hang costs one case. It says {@code case N} before each,
 * {@code bad LOST WRONG UNREPORTED TEXT} if something came of it, and {@code done}. A case that is bad keeps its directory, as it
 * was damaged, beside the others.
 */
public final class RotProcess {

    /** Said before each way of looking at what was damaged. */
    static final String PHASE = "phase";

    /** Cases that share their spools. */
    static final int CASES_PER_SPOOL = 100;

    private static final int DRAWS = 200;
    private static final Logger ENGINE_LOG = Logger.getLogger("dev.spool");

    private RotProcess() {}

    /** Takes the backend, the seed, the place, and the first and last number of its cases. */
    public static void main(String[] arguments) throws Exception {
        ENGINE_LOG.setLevel(Level.OFF); // it tells of every damage
        SpoolProvider provider = SpoolProvider.named(arguments[0]);
        long seed = Long.parseLong(arguments[1]);
        Path place = Path.of(arguments[2]);
        long last = Long.parseLong(arguments[4]);
        RotSpool spool = null;
        RotSpool other = null;
        long made = -1;
        for (long number = Long.parseLong(arguments[3]); number <= last; number++) {
            long group = number / CASES_PER_SPOOL;
            if (spool == null || other == null || made != group) {
                ChildJvm.say("making " + group);
                RotSpool.delete(place.resolve("spools"));
                spool = RotSpool.make(provider, seed * 7919 + group, group % 3 > 0, place.resolve("spools/a"));
                other = RotSpool.make(provider, seed * 7919 - 1 - group, true, place.resolve("spools/b"));
                made = group;
            }
            ChildJvm.say("case " + number);
            one(provider, seed, place, number, spool, other);
        }
        RotSpool.delete(place.resolve("spools"));
        ChildJvm.say("done");
    }

    private static void one(SpoolProvider provider, long seed, Path place, long number, RotSpool spool, RotSpool other)
            throws IOException {
        SplittableRandom random = new SplittableRandom(seed * 1_000_003 + number);
        Path directory = place.resolve("case-" + number);
        Path damaged = place.resolve("damaged-" + number);
        RotSpool.copy(spool.left(), directory);
        Mutation mutation = new Mutation(random, spool, other);
        int draws = 0;
        while (!mutation.apply(directory)) {
            if (++draws == DRAWS) {
                throw new IOException("nothing can be done to " + spool.left());
            }
            mutation = new Mutation(random, spool, other);
        }
        ChildJvm.say("does " + mutation);
        RotSpool.copy(directory, damaged);
        boolean exact = mutation.isSmall() && provider.name().equals(Rot.OWN_FORMAT);
        RotVerdict verdict =
                new RotVerdict(spool, provider, directory, mutation.toString(), exact, mutation.replacesLog());
        verdict.judge(number % 4 == 0);
        RotSpool.delete(directory);
        if (verdict.told().isEmpty()) {
            RotSpool.delete(damaged);
        } else {
            ChildJvm.say("bad " + verdict.lost() + " " + verdict.wrong() + " " + verdict.unreported() + " after "
                    + mutation + ": " + verdict.told().toString().replace('\n', ' ') + "; damaged as it is in "
                    + damaged);
        }
    }

    /** Arguments of one that does the cases from {@code first} to {@code last}. */
    static List<String> arguments(String backend, long seed, Path place, long first, long last) {
        List<String> arguments = new ArrayList<>(List.of(backend, String.valueOf(seed), place.toString()));
        arguments.add(String.valueOf(first));
        arguments.add(String.valueOf(last));
        return arguments;
    }
}
