package dev.spool.engine;

import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolOptions;
import dev.spool.engine.directory.Site;
import dev.spool.engine.spi.BackendFactory;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * A spool without threads, for simulations: it goes on only when its steps are run, all in the thread of the simulation, on the
 * simulation's clock and disk. The code is that of a real spool.
 *
 * <p>A simulation may run a step in the midst of another, at one of its operations on the disk, as if two threads ran at once.
 * Steps of one kind, which is the name up to the dash, take turns and do not begin in each other.
 *
 * <p>Blocking calls run steps themselves until they have their outcome, and throw {@link IllegalStateException} if there is
 * nothing left to do before the clock moves. Futures complete when the step named {@code callback} is run. Dropping the
 * object without closing the spool is a crash.
 */
public final class SteppedSpool {

    private final EngineSpool spool;
    private final EngineSteps steps;

    private SteppedSpool(EngineSpool spool, EngineSteps steps) {
        this.spool = spool;
        this.steps = steps;
    }

    /** Opens as {@link dev.spool.SpoolProvider#open} does, in this thread and without starting another. */
    public static SteppedSpool open(BackendFactory factory, Site site, SpoolOptions options) throws SpoolException {
        EngineSteps steps = new EngineSteps();
        return new SteppedSpool(new SpoolOpener(factory, site).open(options, steps), steps);
    }

    /** The spool; to be used by the simulation's thread alone. */
    public Spool spool() {
        return spool;
    }

    /** The steps there are: each committer, staging, each maintenance step, the watchdog, callbacks. Fixed. */
    public List<Step> steps() {
        return List.copyOf(steps.steps());
    }

    /** Runs every step once, in a fixed order. False if none of them had anything to do. */
    public boolean turn() {
        return steps.turn();
    }

    /** Runs turns until none of the steps has anything to do at this time of the clock. */
    public void runUntilIdle() {
        boolean worked = true;
        while (worked) {
            worked = turn();
        }
    }

    /** A step function of the engine. */
    public static final class Step {
        private final String name;
        private final String kind;
        private final BooleanSupplier body;
        private final Set<String> running;

        /** @param running the kinds under way, shared by all steps of a spool */
        Step(String name, Set<String> running, BooleanSupplier body) {
            this.name = name;
            this.kind = name.replaceFirst("-.*", "");
            this.running = running;
            this.body = body;
        }

        public String name() {
            return name;
        }

        /** Runs it once. False if it had nothing to do, or one of its kind is under way. */
        public boolean run() {
            if (!running.add(kind)) {
                return false;
            }
            try {
                return body.getAsBoolean();
            } finally {
                running.remove(kind);
            }
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
