package dev.spool.testkit.torture;

import java.util.Map;

/**
 * A backend on a simulated disk that crashes, recovers and is held against a model, again and again. A backend that reaches
 * storage through {@link dev.spool.engine.io.Disk} alone brings one with its tests, named in {@code META-INF/services}, and {@code
 * bin/torture} finds it there.
 *
 * <p>Has a public constructor without parameters. Runs of different seeds may go on at once.
 */
public interface CrashSimulation {

    /** Name of the backend. */
    String backend();

    /** Ends by a crash or by a clean close that one run goes through. */
    int livesPerRun();

    /**
     * Runs one seed, the same each time.
     *
     * @param hits counts how often each point was reached, by name
     * @throws Throwable if something was lost, wrong, or otherwise against the promise
     */
    void run(long seed, Map<String, Integer> hits) throws Throwable;
}
