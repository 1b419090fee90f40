package dev.spool.file;

import dev.spool.testkit.torture.CrashSimulation;
import java.util.Map;

/** Simulated crashes of a log, for the torture suite. */
public final class LogCrashes implements CrashSimulation {

    private static final int LIVES = 10;

    @Override
    public String backend() {
        return "file";
    }

    @Override
    public int livesPerRun() {
        return LIVES;
    }

    @Override
    public void run(long seed, Map<String, Integer> hits) throws Exception {
        new LogSimulation(seed, hits).run(LIVES);
    }
}
