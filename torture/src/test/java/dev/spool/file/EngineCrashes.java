package dev.spool.file;

import dev.spool.SpoolException;
import dev.spool.SpoolOptions;
import dev.spool.testkit.model.CrashModel;

/** Simulated crashes of the whole engine over the file backend, by seed. */
public final class EngineCrashes {

    private EngineCrashes() {}

    public static void run(long seed) throws SpoolException {
        CrashModel.run(new FileBackendFactory(), SpoolOptions.DEFAULTS, seed);
    }
}
