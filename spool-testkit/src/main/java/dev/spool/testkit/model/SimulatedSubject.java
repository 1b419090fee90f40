package dev.spool.testkit.model;

import dev.spool.Durability;
import dev.spool.Spool;
import dev.spool.SpoolException;
import dev.spool.SpoolOptions;
import dev.spool.SpoolReader;
import dev.spool.engine.EngineProvider;
import dev.spool.engine.SteppedSpool;
import dev.spool.engine.directory.Site;
import dev.spool.engine.spi.BackendFactory;
import dev.spool.testkit.contract.CheckedProvider;
import dev.spool.testkit.disk.Survival;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** A backend's spools on a simulated machine, one step at a time. */
final class SimulatedSubject implements Subject {

    /** Longer than anything takes that is waited for. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final Duration TICK = Duration.ofMillis(5);

    /** More than there can be to do before time passes. */
    private static final int BUSY_MAX = 100_000;

    private static final List<Survival> SURVIVALS = List.of(Survival.values());

    private final BackendFactory factory;
    private final SpoolOptions options;
    private final SimulatedMachine machine;
    private final SplittableRandom random;
    private List<SteppedSpool.Step> steps = List.of();
    private int busy;

    SimulatedSubject(BackendFactory factory, SpoolOptions options, long seed) {
        this.factory = factory;
        this.options = options;
        this.machine = new SimulatedMachine(seed);
        this.random = new SplittableRandom(seed);
    }

    SimulatedMachine machine() {
        return machine;
    }

    @Override
    public Spool open() throws SpoolException {
        SteppedSpool stepped = SteppedSpool.open(factory, machine.site(), options);
        steps = new ArrayList<>(stepped.steps());
        machine.interleave(random.split(), steps);
        return stepped.spool();
    }

    SpoolReader openReadOnly() throws SpoolException {
        return provider().openReadOnly(machine.site().directory(), options);
    }

    @Override
    public void check() throws SpoolException {
        CheckedProvider.assertClean(provider(), machine.site().directory(), options);
    }

    @Override
    public <T> T await(CompletableFuture<T> future) {
        long start = machine.clock().nanoTime();
        while (!future.isDone()) {
            step();
            if (machine.clock().nanoTime() - start > PATIENCE.toNanos()) {
                throw new AssertionError("not done after " + PATIENCE + "; the disk did\n"
                        + machine.disk().traceText());
            }
        }
        return future.join();
    }

    /** Runs every step once, in any order, or lets time pass if there is nothing to do. False in the latter case. */
    boolean step() {
        Collections.shuffle(steps, new Random(random.nextLong()));
        boolean worked = false;
        for (SteppedSpool.Step step : steps) {
            worked |= step.run();
        }
        busy = worked ? busy + 1 : 0;
        if (busy > BUSY_MAX) {
            throw new AssertionError("always something to do among " + steps);
        }
        if (!worked) {
            machine.clock().advance(TICK);
        }
        return worked;
    }

    @Override
    public void pass() {
        for (int turns = random.nextInt(4); turns > 0; turns--) {
            step();
        }
        machine.clock().advance(Duration.ofMillis(random.nextInt(60)));
    }

    @Override
    public boolean kill(Spool spool) {
        crash();
        return true;
    }

    /** Kills the process or cuts the power, unless it has been cut already. False if the page cache lives. */
    boolean crash() {
        boolean power = !machine.disk().isAlive() || random.nextInt(4) > 0;
        if (power) {
            machine.cut(SURVIVALS.get(random.nextInt(SURVIVALS.size())));
        } else {
            machine.kill();
        }
        steps = List.of();
        return power;
    }

    /** Whether a power cut may lose what was acknowledged. */
    boolean isDeferred() {
        return options.durability() == Durability.DEFERRED;
    }

    /** The backend through its provider, for what needs no steps. */
    private EngineProvider provider() {
        Site site = machine.site();
        return new EngineProvider(factory) {
            @Override
            protected Site site(Path directory) {
                return site;
            }
        };
    }
}
