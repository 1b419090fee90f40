package dev.spool.cli;

import dev.spool.cli.base.Diagnosis;
import dev.spool.cli.base.StandardStreams;
import dev.spool.cli.base.StopSignal;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The entry point of the JVM. */
public final class Main {

    /** Kept, since a logger that nobody holds forgets its level. */
    private static final Logger ROOT_LOGGER = Logger.getLogger("");

    private Main() {}

    /** Runs one command and ends the JVM with its exit code. */
    public static void main(String[] args) {
        if (!Diagnosis.debugging()) {
            // Standard error is for what a user should act on, one line each.
            System.setProperty("java.util.logging.SimpleFormatter.format", "spool: %5$s%n");
            ROOT_LOGGER.setLevel(Level.WARNING);
        }
        StopSignal stop = StopSignal.ofThisProcess();
        int code = Cli.run(StandardStreams.ofThisProcess(), stop, args);
        stop.ended(code);
        System.exit(code);
    }
}
